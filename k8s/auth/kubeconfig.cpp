#include <fmt/format.h>

#include "k8s/auth/credentials.hpp"
#include "k8s/auth/kubeconfig_document.hpp"
#include "k8s/auth/kubeconfig_fields.hpp"
#include "k8s/http/endpoint.hpp"

namespace k8s {
namespace {

constexpr std::string_view token_advice =
    "use a service account's token (kubectl create token NAME) as token or tokenFile, or a client certificate";

struct Unsupported {
  std::string_view key;
  std::string_view why;
};

constexpr Unsupported unsupported_of_clusters[] = {
    {"proxy-url", "is not supported; set HTTPS_PROXY in the environment instead"},
};

constexpr Unsupported unsupported_of_users[] = {
    {"exec", "is not supported: no programs are run for credentials"},
    {"auth-provider", "is not supported: client-go has dropped it as well"},
    {"username", "is not supported: API servers do not take passwords any more"},
    {"password", "is not supported: API servers do not take passwords any more"},
    {"as", "is not supported: nobody else is impersonated"},
    {"as-uid", "is not supported: nobody else is impersonated"},
    {"as-groups", "is not supported: nobody else is impersonated"},
    {"as-user-extra", "is not supported: nobody else is impersonated"},
};

Error missing(std::string_view where, std::string_view what) {
  return make_error(ErrorKind::config, fmt::format("{}: {}", where, what));
}

std::string names_of(KubeconfigEntries const& entries) {
  std::string out;
  for (auto const& [name, entry] : entries) out += (out.empty() ? "" : ", ") + name;
  return out.empty() ? "none" : out;
}

void read_server(KubeconfigFields& cluster, ClusterAccess& access) {
  auto const server = cluster.text("server");
  if (server.empty()) return cluster.complain("server is missing");
  auto const endpoint = parse_endpoint(server);
  if (endpoint.has_error()) return cluster.complain(endpoint.error().message);
  access.server = endpoint->server;
  if (!endpoint->tls && !endpoint->is_loopback()) {
    access.warnings.push_back(fmt::format("{}: {} is not encrypted", cluster.where(), access.server));
  }
}

Result<void> read_cluster(KubeconfigFields cluster, ClusterAccess& access) {
  for (auto const& [key, why] : unsupported_of_clusters) {
    if (cluster.has(key)) cluster.complain(fmt::format("{} {}", key, why));
  }
  read_server(cluster, access);
  access.tls_server_name = cluster.text("tls-server-name");
  access.ca = cluster.material("certificate-authority");
  access.insecure_skip_tls_verify = cluster.flag("insecure-skip-tls-verify");
  if (access.insecure_skip_tls_verify) {
    if (!access.ca.empty()) cluster.complain("insecure-skip-tls-verify and certificate-authority exclude each other");
    access.warnings.push_back(fmt::format("{}: insecure-skip-tls-verify: whoever answers as {} gets our credentials",
                                          cluster.where(), access.server));
  }
  if (cluster.complaint()) return *cluster.complaint();
  return {};
}

/// As client-go does: where both are given, the file wins as long as it can be read.
Material token_of(KubeconfigFields& user) {
  Material token{.data = user.text("token"), .file = user.path("tokenFile")};
  if (token.data.empty() || token.file.empty()) return token;
  bool const readable = TokenSource{{.data = {}, .file = token.file}}.token().has_value();
  (readable ? token.data : token.file).clear();
  return token;
}

Result<void> read_user(KubeconfigFields user, ClusterAccess& access) {
  for (auto const& [key, why] : unsupported_of_users) {
    if (user.has(key)) user.complain(fmt::format("{} {}; {}", key, why, token_advice));
  }
  access.token = token_of(user);
  access.client_certificate = user.material("client-certificate");
  access.client_key = user.material("client-key");
  if (access.client_certificate.empty() != access.client_key.empty()) {
    user.complain(access.client_key.empty() ? "client-certificate without client-key"
                                            : "client-key without client-certificate");
  }
  if (access.token.empty() && access.client_certificate.empty()) {
    access.warnings.push_back(
        fmt::format("{}: neither token nor client certificate: requests are anonymous", user.where()));
  }
  if (user.complaint()) return *user.complaint();
  return {};
}

/// The entry that a field of the context names.
Result<KubeconfigFields> referred(KubeconfigFields& context, std::string_view kind, KubeconfigEntries const& entries) {
  auto const name = context.text(kind);
  if (context.complaint()) return *context.complaint();
  if (name.empty()) return missing(context.where(), fmt::format("{} is missing", kind));
  auto const found = entries.find(name);
  if (found == entries.end()) return missing(context.where(), fmt::format("there is no {} \"{}\"", kind, name));
  return KubeconfigFields{found->second, kind, name};
}

Result<ClusterAccess> access_by(KubeconfigDocument const& document, std::string const& context_name) {
  auto const found = document.contexts.find(context_name);
  if (found == document.contexts.end()) {
    return missing("kubeconfig " + document.files, fmt::format("there is no context \"{}\" (there are: {})",
                                                               context_name, names_of(document.contexts)));
  }
  KubeconfigFields context{found->second, "context", context_name};
  auto const cluster = referred(context, "cluster", document.clusters);
  if (cluster.has_error()) return cluster.error();
  auto const user = referred(context, "user", document.users);
  if (user.has_error()) return user.error();

  ClusterAccess access;
  access.context = context_name;
  access.name_space = context.text("namespace");
  if (context.complaint()) return *context.complaint();
  if (auto const read = read_cluster(*cluster, access); read.has_error()) return read.error();
  if (auto const read = read_user(*user, access); read.has_error()) return read.error();
  return access;
}

}  // namespace

Result<ClusterAccess> kubeconfig_access(std::vector<std::string> const& paths, std::string const& context) {
  auto const document = load_kubeconfig(paths);
  if (document.has_error()) return document.error();
  auto const& name = context.empty() ? document->current_context : context;
  if (name.empty()) {
    return missing("kubeconfig " + document->files,
                   fmt::format("current-context is not set (there are: {})", names_of(document->contexts)));
  }
  try {
    return access_by(*document, name);
  } catch (YAML::Exception const& failure) {
    return missing("kubeconfig " + document->files, failure.what());
  }
}

std::vector<std::string> split_kubeconfig_paths(std::string_view value) {
  std::vector<std::string> paths;
  while (!value.empty()) {
    auto const colon = value.find(':');
    if (colon != 0) paths.emplace_back(value.substr(0, colon));
    value = colon == std::string_view::npos ? std::string_view{} : value.substr(colon + 1);
  }
  return paths;
}

}  // namespace k8s
