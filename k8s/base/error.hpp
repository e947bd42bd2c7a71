#pragma once

#include <boost/system/result.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

namespace k8s {

/// What went wrong, coarse enough to act upon.
enum class ErrorKind {
  cancelled,  ///< the caller's stop_token was triggered; never worth a log line
  transport,  ///< no answer: refused, reset, unresolved, timed out
  tls,        ///< the peer could not be verified, or the local key material is unusable
  protocol,   ///< an answer that is not what HTTP or the API promises (too large, cut short, not JSON)
  api,        ///< the API server answered with a failure: see code and reason
  config,     ///< kubeconfig, token or CA file unreadable or malformed
};

/// A failure as a value. `message` is one line for a person: what failed and why.
/// It never holds a token or key.
struct Error {
  ErrorKind kind = ErrorKind::protocol;
  std::string message;
  int code = 0;        ///< HTTP status when kind is api, else 0
  std::string reason;  ///< metav1.Status.reason ("NotFound", "AlreadyExists", "Conflict", ...), may be empty
  std::optional<std::chrono::milliseconds> retry_after = {};  ///< the server's wish (429, 503)
  bool unsent = false;                                        ///< for certain: it never reached the server
  bool silent = false;  ///< of a stream: no byte came for as long as the request allowed

  [[nodiscard]] bool is(ErrorKind wanted) const { return kind == wanted; }
  [[nodiscard]] bool has_code(int wanted) const { return kind == ErrorKind::api && code == wanted; }
  [[nodiscard]] bool not_found() const { return has_code(404); }
  [[nodiscard]] bool conflict() const { return has_code(409) && reason != "AlreadyExists"; }
  [[nodiscard]] bool already_exists() const { return has_code(409) && reason == "AlreadyExists"; }
  [[nodiscard]] bool gone() const { return has_code(410); }
  [[nodiscard]] bool forbidden() const { return has_code(403); }
  /// What was asked for may have been done all the same, or may be done yet: nobody has said that it was not.
  [[nodiscard]] bool in_doubt() const { return kind == ErrorKind::api ? code >= 500 : !unsent; }
};

/// A value or an Error. Test with has_value()/has_error() before reading.
template <class T>
using Result = boost::system::result<T, Error>;

[[nodiscard]] inline Error make_error(ErrorKind kind, std::string message) {
  return Error{.kind = kind, .message = std::move(message), .code = 0, .reason = {}};
}

/// Boost.System asks for this name where value() is called on an error: a programming mistake.
[[noreturn]] void throw_exception_from_error(Error const& error, boost::source_location const& where);

}  // namespace k8s
