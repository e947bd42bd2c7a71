#!/usr/bin/env bash
# The story in a cluster of kind: our image, a real NFS server, the chart with two values; a Deployment and a
# StatefulSet write, their chart is uninstalled and installed again, and they read the same data.
#   KEEP=1              leave all running at the end, and say how to end it
#   KIND_CLUSTER=name   how the cluster is called (nfs-demo)
# Needs docker, kind, helm, kubectl, and a kernel with NFS client and server. Leaves nothing behind but the images.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=docker/kind/needs.sh
source docker/kind/needs.sh
# shellcheck source=docker/kind/stage.sh
source docker/kind/stage.sh

version=$(sed -n 's/^project(.* VERSION \([0-9.]*\) .*/\1/p' CMakeLists.txt)
readonly image=nfs-subdir-provisioner:$version
readonly node=$cluster-control-plane

build_image() {
  run docker build --file docker/Dockerfile --tag "$image" --build-arg VERSION="$version" \
    --build-arg COMMIT="$(git rev-parse --short=12 HEAD)" .
  run kind load docker-image "$image" --name "$cluster"
}

install_provisioner() {
  run helm install nfs charts/nfs-subdir-provisioner --namespace storage --create-namespace \
    --set "nfs.server=$address" --set nfs.path=/export --wait --timeout 3m
}

install_shop() { # TOKEN
  run helm install shop docker/kind/shop --namespace shop --create-namespace --set "token=$1" --wait --timeout 3m
}

# Every pod has LINES, in this order.
expect_written() { # LINES
  local pod wrote
  for pod in deploy/shop-web shop-db-0 shop-db-1; do
    printf '\n[%3d s] $ kubectl -n shop exec %s -- cat /data/log\n' "$SECONDS" "$pod"
    wrote=$(kubectl -n shop exec "$pod" -- cat /data/log) || die "$pod cannot read its volume"
    echo "$wrote"
    [[ $wrote == "$1" ]] || die "$pod was to read: $1"
  done
}

no_volumes() { [[ -z $(kubectl get persistentvolumes --output name) ]]; }

check_needs
refuse_foreign
scratch=$(mktemp -d)
export KUBECONFIG=$scratch/kubeconfig
trap clear_away EXIT
trap 'exit 130' INT TERM HUP
start_cluster
start_server
build_image
install_provisioner
install_shop first
expect_written first
run helm uninstall shop --namespace shop --wait
await 120 'claims and volumes are gone' no_volumes
install_shop second
expect_written $'first\nsecond'
run kubectl -n shop get events --field-selector reason=VolumeRestored
printf '\n[%3d s] The same data, after helm uninstall and helm install.\n' "$SECONDS"
if [[ ${KEEP:-0} == 1 ]]; then keep; fi
