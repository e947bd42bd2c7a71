#!/usr/bin/env bash
# The first process of a node's namespaces (node.sh): inside.sh DIR IMAGE.tar.. Everything in here dies with it.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly dir=$1 shared=$1
shift
# The address of the `kubernetes` Service is an address of this node: no kube-proxy is needed.
readonly node_name=node1 node_address=10.77.0.1 pod_network=10.244.0 service_address=10.96.0.1

# shellcheck source=tests/e2e/runtime.sh
source "$here/runtime.sh"
# shellcheck source=tests/e2e/kubelet.sh
source "$here/kubelet.sh"

# The kubelet wants these values (protectKernelDefaults): it is shown them, and the machine keeps its own.
cover_sysctls() {
  local name value
  while read -r name value; do
    mkdir -p "$dir/sysctl/${name%/*}"
    echo "$value" >"$dir/sysctl/$name"
    mount --bind "$dir/sysctl/$name" "/proc/sys/$name"
  done <<'END'
vm/overcommit_memory 1
vm/panic_on_oom 0
kernel/panic 10
kernel/panic_on_oops 1
kernel/keys/root_maxkeys 1000000
kernel/keys/root_maxbytes 25000000
END
}

start_network() {
  ip link set lo up
  ip address add "$node_address/32" dev lo
  ip address add "$service_address/32" dev lo
}

start_control_plane() {
  local flags=(--bind-address 0.0.0.0 --advertise-address "$node_address" --authorization-mode Node
    --enable-admission-plugins NodeRestriction --kubelet-preferred-address-types InternalIP)
  SCHEDULER=1 API_PORT=443 KCM_CONTROLLERS='*' APISERVER_FLAGS="${flags[*]}" \
    "$here/../cluster/cluster.sh" up "$dir/cluster"
}

cover_paths
cover_sysctls
start_network
start_runtime
for image in "$@"; do import_image "$image"; done
start_control_plane
start_kubelet
printf '%s\n' "$@" >"$dir/images"
touch "$dir/started"
while :; do sleep 3600; done
