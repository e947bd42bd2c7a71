#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "k8s/base/error.hpp"

namespace k8s {

enum class Method { get, post, put, patch, del };

[[nodiscard]] std::string_view to_string(Method method);

/// One request to the API server. `target` is the path with its query, percent-encoded where needed.
struct Request {
  Method method = Method::get;
  std::string target;
  std::string body = {};
  std::string content_type = {};              ///< of the body; empty: application/json when there is a body
  std::chrono::milliseconds timeout{30'000};  ///< for the whole answer; 0: none (streams)
  std::chrono::milliseconds idle_timeout{0};  ///< no byte for so long ends a stream with kind transport; 0: none
  std::size_t max_body = 16u << 20;           ///< of a buffered answer; a larger one is an error (kind protocol)
};

/// A buffered answer, of any status.
struct Response {
  int status = 0;
  std::string body;
  std::optional<std::chrono::milliseconds> retry_after;
};

/// Takes the body of a 200 answer as it arrives, on the calling thread; an error ends the request with that error.
using BodySink = std::function<Result<void>(std::string_view chunk)>;

/// One keep-alive connection to one API server. Not thread-safe: each worker has its own.
class Connection {
 public:
  virtual ~Connection() = default;

  /// Blocks until the answer is whole. An HTTP failure status is a Response, not an Error.
  /// Cancelled (kind cancelled) within milliseconds when `stop` is triggered, from any thread.
  [[nodiscard]] virtual Result<Response> send(Request const& request, std::stop_token stop) = 0;

  /// As send(), but hands a 2xx body to `sink` piece by piece (Response::body stays empty); the body of any other
  /// status is buffered, 64 KiB of it at the most.
  [[nodiscard]] virtual Result<Response> stream(Request const& request, BodySink sink, std::stop_token stop) = 0;
};

/// Makes connections. Thread-safe. Lives longer than what it made.
class Transport {
 public:
  virtual ~Transport() = default;
  [[nodiscard]] virtual std::unique_ptr<Connection> connect() = 0;
};

}  // namespace k8s
