#pragma once

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include "k8s/http/transport.hpp"

namespace k8s {

/// Connections whose buffered requests take no longer than `most`: one that hangs must not cost the lease. Streams are
/// as they were asked for.
class LimitedTransport final : public Transport {
 public:
  LimitedTransport(Transport& inner, std::chrono::milliseconds most) : inner_(inner), most_(most) {}

  [[nodiscard]] std::unique_ptr<Connection> connect() override {
    return std::make_unique<Limited>(inner_.connect(), most_);
  }

 private:
  class Limited final : public Connection {
   public:
    Limited(std::unique_ptr<Connection> inner, std::chrono::milliseconds most)
        : inner_(std::move(inner)), most_(most) {}

    Result<Response> send(Request const& request, std::stop_token stop) override {
      auto limited = request;
      limited.timeout = std::min(request.timeout, most_);
      return inner_->send(limited, stop);
    }
    Result<Response> stream(Request const& request, BodySink sink, std::stop_token stop) override {
      return inner_->stream(request, std::move(sink), stop);
    }

   private:
    std::unique_ptr<Connection> inner_;
    std::chrono::milliseconds most_;
  };

  Transport& inner_;
  std::chrono::milliseconds most_;
};

}  // namespace k8s
