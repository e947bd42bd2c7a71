#pragma once

#include <functional>
#include <memory>

#include "k8s/http/transport.hpp"

namespace k8s {

/// Told of each request once: with the status of its answer, or 0 when there was none. A stream is told when its first
/// byte arrives. One that was cancelled before its answer is not told. Called on the thread of the connection.
using RequestObserver = std::function<void(Method method, int status)>;

/// Connections of another transport, which must outlive this one, whose requests are told to somebody. Thread-safe if
/// the observer is.
class ObservedTransport final : public Transport {
 public:
  ObservedTransport(Transport& inner, RequestObserver observer);

  [[nodiscard]] std::unique_ptr<Connection> connect() override;

 private:
  Transport& inner_;
  RequestObserver observer_;
};

}  // namespace k8s
