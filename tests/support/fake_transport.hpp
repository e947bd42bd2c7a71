#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "k8s/base/mutex.hpp"
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
    k8s::MutexLock const lock(mutex_);
    script_.push_back(std::move(next));
    changed_.notify_all();
    return *this;
  }

  [[nodiscard]] std::vector<k8s::Request> requests() const {
    k8s::MutexLock const lock(mutex_);
    return requests_;
  }

  /// False if there are not so many within the time.
  [[nodiscard]] bool wait_for_requests(std::size_t count, std::chrono::seconds limit = std::chrono::seconds{20}) {
    k8s::MutexLock const lock(mutex_);
    return changed_.wait_for(mutex_, limit, [&]() REQUIRES(mutex_) { return requests_.size() >= count; });
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

  void note(k8s::Request const& request) {
    k8s::MutexLock const lock(mutex_);
    requests_.push_back(request);
    changed_.notify_all();
  }

  std::optional<Answer> next(k8s::Request const& request, std::stop_token const& stop) {
    note(request);
    if (handler_) {
      if (auto answer = handler_(request)) return answer;
    }
    k8s::MutexLock const lock(mutex_);
    if (!changed_.wait(mutex_, stop, [this]() REQUIRES(mutex_) { return !script_.empty(); })) return std::nullopt;
    auto answer = std::move(script_.front());
    script_.pop_front();
    return answer;
  }

  void hang(std::stop_token const& stop) {
    k8s::MutexLock const lock(mutex_);
    changed_.wait(mutex_, stop, [] { return false; });
  }

  Handler handler_;
  mutable k8s::Mutex mutex_;
  k8s::Condition changed_;
  std::deque<Answer> script_ GUARDED_BY(mutex_);
  std::vector<k8s::Request> requests_ GUARDED_BY(mutex_);
};

}  // namespace test
