#pragma once

#include <string>
#include <string_view>

#include "k8s/http/transport.hpp"

namespace test {

/// "/api/v1/namespaces/ns/persistentvolumeclaims/web/status?x" in its parts.
struct Target {
  std::string plural;
  std::string name_space;
  std::string name;
  std::string subresource;
  std::string query;

  [[nodiscard]] std::string key() const { return plural + "/" + name_space + "/" + name; }
  [[nodiscard]] std::string resource() const { return subresource.empty() ? plural : plural + "/" + subresource; }
};

[[nodiscard]] Target parse(std::string_view target);
/// As RBAC knows it: "list", "patch".
[[nodiscard]] std::string_view verb_of(k8s::Request const& request, Target const& target);
/// Of a query; empty if it is not there.
[[nodiscard]] std::string parameter(std::string_view query, std::string_view name);

}  // namespace test
