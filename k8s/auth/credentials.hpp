#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "k8s/base/error.hpp"
#include "k8s/base/mutex.hpp"

namespace k8s {

/// Text that stands in the configuration itself, or in a file that is read anew as it rotates.
struct Material {
  std::string data;  ///< the text (PEM, token); wins over file
  std::string file;  ///< absolute path
  [[nodiscard]] bool empty() const { return data.empty() && file.empty(); }
};

/// Where the API server is and how to prove who we are: everything that a transport needs.
struct ClusterAccess {
  std::string server;           ///< "https://host:port[/prefix]", without a trailing slash; IPv6 hosts in brackets
  std::string tls_server_name;  ///< empty: the host of `server`
  Material ca;                  ///< empty: the system's CA bundle
  bool insecure_skip_tls_verify = false;
  Material token;
  Material client_certificate;
  Material client_key;
  std::string name_space;             ///< of the context or the service account; empty: unknown
  std::string context;                ///< name of the kubeconfig context; empty: in-cluster
  std::vector<std::string> warnings;  ///< one line each, to be logged once
};

/// The environment as a value, so that tests need not change the process's own.
using Environment = std::map<std::string, std::string, std::less<>>;

/// From the service account mounted in a pod and KUBERNETES_SERVICE_HOST/_PORT (client-go rest.InClusterConfig).
/// `root` is the directory of token, ca.crt and namespace.
[[nodiscard]] Result<ClusterAccess> in_cluster_access(
    Environment const& environment, std::string const& root = "/var/run/secrets/kubernetes.io/serviceaccount");

/// From a kubeconfig: `paths` are merged as client-go does (the first file that sets a value or a named entry wins;
/// missing files are skipped unless none is left). `context` empty: current-context. Relative file names are relative
/// to the kubeconfig that names them. Username/password, `exec` and `auth-provider` are refused with a line that says
/// what to use instead.
[[nodiscard]] Result<ClusterAccess> kubeconfig_access(std::vector<std::string> const& paths,
                                                      std::string const& context = {});

/// Splits KUBECONFIG's value at ':' and drops empty entries.
[[nodiscard]] std::vector<std::string> split_kubeconfig_paths(std::string_view value);

/// The token to send now. Re-reads its file at most every `max_age` and at once after invalidate(); keeps the old
/// token while the file is unreadable, as long as there is one. Thread-safe.
class TokenSource {
 public:
  explicit TokenSource(Material token, std::chrono::seconds max_age = std::chrono::seconds{60});

  /// Empty when there is no token at all.
  [[nodiscard]] Result<std::string> token();
  /// To be called after a 401.
  void invalidate();

 private:
  Mutex mutex_;
  Material material_;
  std::chrono::seconds max_age_;
  std::string cached_ GUARDED_BY(mutex_);
  std::optional<std::chrono::steady_clock::time_point> read_at_ GUARDED_BY(mutex_);
};

}  // namespace k8s
