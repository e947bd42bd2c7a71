#include <fmt/format.h>

#include "k8s/auth/credentials.hpp"
#include "k8s/http/bounded_file.hpp"
#include "k8s/http/endpoint.hpp"

namespace k8s {
namespace {

constexpr std::size_t largest_file = 4u << 20;
constexpr std::string_view advice = "to run outside of a cluster, set KUBECONFIG";

std::string value_of(Environment const& environment, std::string_view name) {
  auto const found = environment.find(name);
  return found == environment.end() ? std::string{} : found->second;
}

std::string join_host_port(std::string const& host, std::string const& port) {
  bool const bare_v6 = host.find(':') != std::string::npos && !host.starts_with('[');
  return bare_v6 ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

std::string first_word(std::string_view text) {
  auto const first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return std::string{text.substr(first, text.find_first_of(" \t\r\n", first) - first)};
}

}  // namespace

Result<ClusterAccess> in_cluster_access(Environment const& environment, std::string const& root) {
  auto const host = value_of(environment, "KUBERNETES_SERVICE_HOST");
  auto const port = value_of(environment, "KUBERNETES_SERVICE_PORT");
  if (host.empty() || port.empty()) {
    return make_error(
        ErrorKind::config,
        fmt::format("not in a pod (KUBERNETES_SERVICE_HOST or KUBERNETES_SERVICE_PORT is not set); {}", advice));
  }
  auto const endpoint = parse_endpoint("https://" + join_host_port(host, port));
  if (endpoint.has_error()) return endpoint.error();

  ClusterAccess access;
  access.server = endpoint->server;
  access.token.file = root + "/token";
  if (auto const token = TokenSource{access.token}.token(); token.has_error()) {
    return make_error(ErrorKind::config, fmt::format("no service account token ({}); check "
                                                     "automountServiceAccountToken, or {}",
                                                     token.error().message, advice));
  }
  // As client-go does, go on with the system's certificates: they verify the server too, or refuse it.
  auto const authority = root + "/ca.crt";
  if (auto const ca = read_bounded_file(authority, largest_file); ca.has_error()) {
    access.warnings.push_back(
        fmt::format("no CA of the cluster ({}); the system's certificates are used", ca.error().message));
  } else {
    access.ca.file = authority;
  }
  auto const name_space = read_bounded_file(root + "/namespace", largest_file);
  if (name_space.has_value()) access.name_space = first_word(*name_space);
  return access;
}

}  // namespace k8s
