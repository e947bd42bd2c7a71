#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "k8s/http/transport.hpp"

namespace test {

/// What the fake server does with one request.
struct Answer {
  int status = 200;
  std::vector<std::string> chunks;  ///< the body, as it arrives
  std::optional<std::chrono::milliseconds> retry_after = {};
  std::optional<k8s::Error> error = {};  ///< after the chunks: the connection fails so
  bool hang = false;                     ///< after the chunks: nothing comes until `stop`
};

[[nodiscard]] inline Answer body(std::string text, int status = 200) {
  return Answer{.status = status, .chunks = {std::move(text)}};
}

[[nodiscard]] inline Answer broken(std::string message = "connection reset") {
  return Answer{.chunks = {}, .error = k8s::make_error(k8s::ErrorKind::transport, std::move(message))};
}

/// A Transport without a network: answers come from a handler, or from a script in the order of requests, over all
/// connections; when neither has any, the request hangs until its `stop`. Thread-safe.
class FakeTransport : public k8s::Transport {
 public:
  using Handler = std::function<std::optional<Answer>(k8s::Request const&)>;

  FakeTransport() = default;
  explicit FakeTransport(Handler handler) : handler_(std::move(handler)) {}

  FakeTransport& answer(Answer next) {
    std::lock_guard const lock(mutex_);
    script_.push_back(std::move(next));
    changed_.notify_all();
    return *this;
  }

  [[nodiscard]] std::vector<k8s::Request> requests() const {
    std::lock_guard const lock(mutex_);
    return requests_;
  }

  /// False if there are not so many within the time.
  [[nodiscard]] bool wait_for_requests(std::size_t count, std::chrono::seconds limit = std::chrono::seconds{20}) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, limit, [&] { return requests_.size() >= count; });
  }

  [[nodiscard]] std::unique_ptr<k8s::Connection> connect() override { return std::make_unique<Fake>(*this); }

 private:
  class Fake : public k8s::Connection {
   public:
    explicit Fake(FakeTransport& owner) : owner_(owner) {}

    k8s::Result<k8s::Response> send(k8s::Request const& request, std::stop_token stop) override {
      auto const answer = owner_.next(request, stop);
      return finish(answer, stop, true);
    }

    k8s::Result<k8s::Response> stream(k8s::Request const& request, k8s::BodySink sink, std::stop_token stop) override {
      auto const answer = owner_.next(request, stop);
      if (!answer || answer->status < 200 || answer->status > 299) return finish(answer, stop, true);
      for (auto const& chunk : answer->chunks) {
        if (auto taken = sink(chunk); taken.has_error()) return taken.error();
      }
      return finish(answer, stop, false);
    }

   private:
    k8s::Result<k8s::Response> finish(std::optional<Answer> const& answer, std::stop_token const& stop,
                                      bool with_body) {
      if (answer && answer->hang) owner_.hang(stop);
      if (!answer || stop.stop_requested()) return k8s::make_error(k8s::ErrorKind::cancelled, "cancelled");
      if (answer->error) return *answer->error;
      k8s::Response response{.status = answer->status, .body = {}, .retry_after = answer->retry_after};
      for (auto const& chunk : answer->chunks) {
        if (with_body) response.body += chunk;
      }
      return response;
    }

    FakeTransport& owner_;
  };

  std::optional<Answer> next(k8s::Request const& request, std::stop_token const& stop) {
    std::unique_lock lock(mutex_);
    requests_.push_back(request);
    changed_.notify_all();
    if (handler_) {
      lock.unlock();
      if (auto answer = handler_(request)) return answer;
      lock.lock();
    }
    if (!changed_.wait(lock, stop, [this] { return !script_.empty(); })) return std::nullopt;
    auto answer = std::move(script_.front());
    script_.pop_front();
    return answer;
  }

  void hang(std::stop_token const& stop) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, stop, [] { return false; });
  }

  Handler handler_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Answer> script_;
  std::vector<k8s::Request> requests_;
};

}  // namespace test
