#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "k8s/api/client.hpp"
#include "k8s/model/lease.hpp"

namespace k8s {

/// Where older locks stand, on an object of any kind (client-go).
inline constexpr std::string_view leader_annotation = "control-plane.alpha.kubernetes.io/leader";

/// One object on the API server that says who leads. Not thread-safe.
class Lock {
 public:
  /// nullopt: it is gone. False: enough.
  using OnChange = std::function<bool(std::optional<LeaderRecord> const&)>;

  virtual ~Lock() = default;

  /// As it stands now; nullopt: there is none.
  [[nodiscard]] virtual Result<std::optional<LeaderRecord>> read(std::stop_token stop) = 0;
  /// Over what was read, followed or written last, and only over that: an error (conflict or already_exists) if
  /// somebody else wrote meanwhile.
  [[nodiscard]] virtual Result<void> write(LeaderRecord const& record, std::stop_token stop) = 0;
  /// Tells what becomes of it, from what was read last on, until `on_change` has enough, nothing has come for `quiet`
  /// (an error of kind transport), the server ends it, or `stop`.
  [[nodiscard]] virtual Result<void> follow(OnChange const& on_change, std::chrono::milliseconds quiet,
                                            std::stop_token stop) = 0;

  /// For Events.
  [[nodiscard]] virtual ObjectReference reference() const = 0;
  /// "lease default/example.com-disk".
  [[nodiscard]] virtual std::string text() const = 0;
};

/// Needs get, create, update and, to follow it, watch.
[[nodiscard]] std::unique_ptr<Lock> make_lease_lock(std::unique_ptr<Connection> connection, ObjectName name);
/// As client-go before 1.20 kept it. Needs get, create, patch and, to follow it, watch.
[[nodiscard]] std::unique_ptr<Lock> make_endpoints_lock(std::unique_ptr<Connection> connection, ObjectName name);

}  // namespace k8s
