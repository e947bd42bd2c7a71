#include <fmt/format.h>

#include "provisioner/app/options.hpp"

namespace nfs {

std::vector<Setting> const& settings() {
  static std::vector<Setting> const all{
      {"--nfs-server", "NFS_SERVER", "", "NFS server as the nodes reach it; written into every volume. Required."},
      {"--nfs-path", "NFS_PATH", "", "Exported directory on the server. Required."},
      {"--provisioner-name", "PROVISIONER_NAME", "", "Our name: `provisioner` of the classes we serve. Required."},
      {"--mount-dir", "MOUNT_DIR", "/persistentvolumes", "Where the export is mounted for this program."},
      {"--kubeconfig", "KUBECONFIG", "", "Kubeconfig files, separated by `:`. Without one: the pod's service account."},
      {"--context", "", "", "Context of the kubeconfig. Without one: its current context."},
      {"--binding", "BINDING", "direct",
       "Who binds the volumes: `direct` (we do, once kube-controller-manager hands us the claim), `eager` (we do, "
       "without waiting for it), `controller` (kube-controller-manager does)."},
      {"--workers", "WORKERS", "8", "Claims and volumes worked on at the same time, per export (1 to 64)."},
      {"--default-mode", "NFS_DEFAULT_MODE", "0777",
       "Mode of new directories, octal; the class's `directoryMode` wins."},
      {"--default-uid", "NFS_DEFAULT_UID", "", "Owner of new directories; without one it is not changed."},
      {"--default-gid", "NFS_DEFAULT_GID", "", "Group of new directories; without one it is not changed."},
      {"--enable-leader-election", "ENABLE_LEADER_ELECTION", "true",
       "Of several replicas one acts, the others stand by. Without it, run one replica."},
      {"--lease-duration", "LEASE_DURATION", "15s", "A leader that is silent for so long is replaced."},
      {"--renew-deadline", "RENEW_DEADLINE", "10s",
       "A leader that cannot renew its lease for so long ends; shorter than the lease."},
      {"--retry-period", "RETRY_PERIOD", "2s", "Between renewals of the lease."},
      {"--pod-namespace", "POD_NAMESPACE", "",
       "Namespace the program runs in, and of its lease. Without one: that of the service account or kubeconfig, else "
       "`default`."},
      {"--http-address", "HTTP_ADDRESS", ":8080",
       "Where `/healthz`, `/readyz`, `/metrics` and the status page `/` are served: a port, with an address in digits "
       "before it or without (then on all of them), or `off`. Port 0: a free one, told in the log."},
      {"--log-level", "LOG_LEVEL", "info", "`debug`, `info`, `warning` or `error`."},
      {"--log-format", "LOG_FORMAT", "text", "`text` or `json`."},
      {"--config", "CONFIG", "",
       "YAML file with any of these settings by their flag's name, or with a list `exports` of name, server, path and "
       "mount instead of the first, second and fourth."},
  };
  return all;
}

std::string settings_table() {
  std::string table = "| Flag | Environment | Default | Meaning |\n|---|---|---|---|\n";
  auto const code = [](std::string_view text) { return text.empty() ? std::string{} : fmt::format("`{}`", text); };
  for (auto const& setting : settings())
    table += fmt::format("| {} | {} | {} | {} |\n", code(setting.flag), code(setting.environment),
                         code(setting.fallback), setting.help);
  return table;
}

}  // namespace nfs
