#!/usr/bin/env bash
# A second node for the cluster that runs in DIR: another_node.sh DIR. It runs in the first node's namespaces, with mounts
# of its own (`unshare --mount`), and ends with them.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly shared=$1 dir=$1/node2
readonly node_name=node2 node_address=10.77.0.2 pod_network=10.244.1 service_address=10.96.0.1

# shellcheck source=tests/e2e/runtime.sh
source "$here/runtime.sh"
# shellcheck source=tests/e2e/kubelet.sh
source "$here/kubelet.sh"

mkdir -p "$dir/log"
cover_paths
ip address add "$node_address/32" dev lo
start_runtime
while read -r image; do import_image "$image"; done <"$shared/images"
start_kubelet
wait
