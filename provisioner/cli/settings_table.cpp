#include <fmt/format.h>

#include <iterator>

#include "provisioner/cli/settings_table.hpp"

namespace nfs {
namespace {

constexpr Setting all[] = {
    {"--nfs-server", "NFS_SERVER", "", "NFS server, as the nodes reach it. It is written into every volume. Required."},
    {"--nfs-path", "NFS_PATH", "", "Exported directory on the server. Required."},
    {"--provisioner-name", "PROVISIONER_NAME", "",
     "Name of this provisioner: the `provisioner` of the classes that it serves. Required."},
    {"--mount-dir", "MOUNT_DIR", "/persistentvolumes", "Directory at which the export is mounted for this program."},
    {"--cluster-id", "CLUSTER_ID", "",
     "By what this cluster is known on the export, where several may have volumes. If none is given: the uid of "
     "namespace `kube-system`. Do not change it while there are volumes."},
    {"--cluster-name", "CLUSTER_NAME", "", "Name of this cluster, for people who read of it in another one."},
    {"--take-over", "TAKE_OVER", "ask",
     "Who decides that this cluster takes the place of another one on the export, with its volumes and archives. "
     "`never`: nobody. `ask`: an administrator (`clusters take`). `sameName`: and this program, if that cluster has "
     "the "
     "same `--cluster-name` and was not seen for 10 minutes."},
    {"--kubeconfig", "KUBECONFIG", "",
     "Kubeconfig files, separated by `:`. If none is given: the pod's service account."},
    {"--context", "", "", "Context of the kubeconfig. If none is given: its current context."},
    {"--binding", "BINDING", "direct",
     "Who binds the volumes. `direct`: this program, once kube-controller-manager has handed the claim over. "
     "`eager`: "
     "this program, without waiting for that. `controller`: kube-controller-manager."},
    {"--workers", "WORKERS", "8",
     "How many claims and volumes are worked on at the same time, for each export (1 to 64)."},
    {"--default-mode", "NFS_DEFAULT_MODE", "0777",
     "Mode of new directories, in octal. The class's `directoryMode` wins."},
    {"--default-uid", "NFS_DEFAULT_UID", "", "Owner of new directories. If none is given, the owner is not changed."},
    {"--default-gid", "NFS_DEFAULT_GID", "", "Group of new directories. If none is given, the group is not changed."},
    {"--trash-retention", "TRASH_RETENTION", "1h",
     "How long what is deleted, and archives whose retention has ended, rest in the trash before they are removed: "
     "`30m`, "
     "`7d`. `0`: not at all. The class's `trashRetention` wins."},
    {"--enable-leader-election", "ENABLE_LEADER_ELECTION", "true",
     "Elect a leader: one replica acts, the others stand by. If `false`, run only one replica."},
    {"--lease-duration", "LEASE_DURATION", "15s", "A leader that has not renewed its lease for this long is replaced."},
    {"--renew-deadline", "RENEW_DEADLINE", "10s",
     "A leader that cannot renew its lease for this long ends. Must be shorter than the lease."},
    {"--retry-period", "RETRY_PERIOD", "2s", "Time between two renewals of the lease."},
    {"--pod-namespace", "POD_NAMESPACE", "",
     "Namespace of this program and of its lease. If none is given: that of the service account or the kubeconfig, "
     "else `default`."},
    {"--http-address", "HTTP_ADDRESS", ":8080",
     "Where `/healthz`, `/readyz`, `/metrics` and the status page `/` are served. `:8080`: on all addresses. "
     "`127.0.0.1:8080`: on this address only; host names are not allowed. `off`: nowhere. Port 0 means any free "
     "port; "
     "the log names it."},
    {"--log-level", "LOG_LEVEL", "info", "`debug`, `info`, `warning` or `error`."},
    {"--log-format", "LOG_FORMAT", "text", "`text` or `json`."},
    {"--config", "CONFIG", "",
     "YAML file with these settings, named as the flags without `--`. A list `exports`, each entry with `name`, "
     "`server`, `path` and `mount`, takes the place of `nfs-server`, `nfs-path` and `mount-dir`."},
};

}  // namespace

std::vector<Setting> const& settings() {
  static std::vector<Setting> const list(std::begin(all), std::end(all));
  return list;
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
