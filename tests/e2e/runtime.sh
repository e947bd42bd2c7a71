# shellcheck shell=bash
# shellcheck disable=SC2154 # inside.sh and another_node.sh say what is used here
# containerd with runc, in $dir: no AppArmor, no scores below our own (that needs CAP_SYS_RESOURCE), pods on a bridge.
readonly runtime_socket=/run/containerd/containerd.sock

# Paths that kubelet and containerd insist on are private; mounts reach the containers, not the machine.
cover_paths() {
  mount --make-rshared /
  mkdir -p "$dir"/{var-lib,var-lib-work,etc-cni}
  mount -t tmpfs tmpfs /run
  mount -t tmpfs tmpfs /var/log
  mount -t overlay overlay -o "lowerdir=/var/lib,upperdir=$dir/var-lib,workdir=$dir/var-lib-work" /var/lib
}

write_runtime_config() {
  cat >"$dir/containerd.toml" <<END
version = 3
root = '$dir/containerd'
state = '/run/containerd'
disabled_plugins = ['io.containerd.nri.v1.nri', 'io.containerd.internal.v1.tracing', 'io.containerd.tracing.processor.v1.otlp']
[grpc]
  address = '$runtime_socket'
[plugins.'io.containerd.internal.v1.opt']
  path = '$dir/opt'
[plugins.'io.containerd.cri.v1.images'.pinned_images]
  sandbox = 'localhost/busybox:1'
[plugins.'io.containerd.cri.v1.runtime']
  restrict_oom_score_adj = true
  disable_apparmor = true
  enable_unprivileged_ports = false
  enable_unprivileged_icmp = false
[plugins.'io.containerd.cri.v1.runtime'.cni]
  bin_dirs = ['/usr/lib/cni']
  conf_dir = '$dir/etc-cni'
[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
  runtime_type = 'io.containerd.runc.v2'
  [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
    SystemdCgroup = false
    BinaryName = '/usr/sbin/runc'
END
  cat >"$dir/etc-cni/10-pods.conflist" <<END
{"cniVersion": "1.0.0", "name": "pods", "plugins": [
  {"type": "bridge", "bridge": "pods-$node_name", "isGateway": true, "hairpinMode": true,
   "ipam": {"type": "host-local", "dataDir": "/run/cni", "ranges": [[{"subnet": "$pod_network.0/24"}]],
            "routes": [{"dst": "0.0.0.0/0"}]}}]}
END
}

control_runtime() { "$("$here/../cluster/setup.sh" path ctr)" --address "$runtime_socket" "$@"; }

start_runtime() {
  local tools=$dir/runtime end=$((SECONDS + 30)) product
  mkdir -p "$tools"
  for product in containerd containerd-shim-runc-v2; do
    ln -sf "$("$here/../cluster/setup.sh" path "$product")" "$tools/$product"
  done
  write_runtime_config
  PATH=$tools:$PATH containerd --config "$dir/containerd.toml" >"$dir/log/containerd" 2>&1 &
  until control_runtime version >/dev/null 2>&1; do
    if ((SECONDS >= end)); then return 1; fi
    sleep 0.05
  done
}

import_image() { # IMAGE.tar
  control_runtime --namespace k8s.io images import --local "$1" >>"$dir/log/images" 2>&1
}
