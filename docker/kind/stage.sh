# shellcheck shell=bash
# Around the demo's story: steps that show themselves, the cluster, the NFS server, and clearing away.
readonly cluster=${KIND_CLUSTER:-nfs-demo}
readonly server=$cluster-nfs
readonly debian=debian:bookworm-slim

# Shows a command with the time since the start, and runs it.
run() { # COMMAND..
  printf '\n[%3d s] $ %s\n' "$SECONDS" "$*"
  "$@" || die "this failed: $*"
}

# The same with a time limit, for what has to come by itself.
await() { # SECONDS TEXT COMMAND..
  local end=$((SECONDS + $1)) text=$2
  shift 2
  printf '\n[%3d s] waiting until %s\n' "$SECONDS" "$text"
  until "$@" >/dev/null 2>&1; do
    if ((SECONDS >= end)); then die "it did not come to this: $text"; fi
    sleep 0.5
  done
}

die() { # TEXT
  echo "kind-demo: $1" >&2
  if [[ -s $KUBECONFIG ]]; then
    kubectl get pods,pvc,pv --all-namespaces >&2 || true
    kubectl get events --all-namespaces --sort-by=.lastTimestamp 2>/dev/null | tail -n 20 >&2 || true
    kubectl -n storage logs --tail=30 --selector app=nfs-subdir-external-provisioner >&2 || true
  fi
  docker logs --tail 10 "$server" >&2 || true
  exit 1
}

refuse_foreign() {
  if kind get clusters 2>/dev/null | grep -qxF "$cluster" || docker container inspect "$server" >/dev/null 2>&1; then
    echo "kind-demo: a cluster $cluster or a container $server is there already: end it with
  kind delete cluster --name $cluster; docker stop $server; docker rm --volumes $server
or choose another name with KIND_CLUSTER" >&2
    exit 1
  fi
}

start_cluster() {
  run kind create cluster --name "$cluster" --config docker/kind.yaml --kubeconfig "$KUBECONFIG" --wait 120s
  load_nfs
  run docker exec "$node" sh -c 'command -v mount.nfs || { apt-get update -q && apt-get install -q -y nfs-common; }'
}

# The kernel is the machine's, or that of Docker's own virtual machine.
load_nfs() {
  local command=(docker exec "$node" modprobe --all nfs nfsv4 nfsd)
  printf '\n[%3d s] $ %s\n' "$SECONDS" "${command[*]}"
  "${command[@]}" || die 'the kernel that Docker runs on has no NFS client or no NFS server (modules nfs, nfsv4, nfsd)'
}

start_server() {
  run docker run --detach --privileged --name "$server" --network kind --volume /export \
    --volume "$PWD/docker/kind/nfs-server.sh:/nfs-server.sh:ro" "$debian" bash /nfs-server.sh
  await 180 'the NFS server serves' docker exec "$server" test -e /ready
  address=$(docker container inspect --format '{{.NetworkSettings.Networks.kind.IPAddress}}' "$server")
}

# The nodes' mounts of the export go before their server does.
clear_away() {
  local status=$?
  trap '' INT TERM HUP
  printf '\n[%3d s] clearing away\n' "$SECONDS"
  kind delete cluster --name "$cluster" --kubeconfig "$KUBECONFIG" || status=1
  if docker container inspect "$server" >/dev/null 2>&1; then
    docker stop --time 20 "$server" >/dev/null || status=1
    docker rm --force --volumes "$server" >/dev/null || status=1
  fi
  rm -rf -- "$scratch"
  exit "$status"
}

keep() {
  trap - EXIT
  cat <<END

All came out as told, and all is left running. Go on with
  export KUBECONFIG=$KUBECONFIG
  kubectl get storageclass,pvc,pv --all-namespaces
and end it with
  kind delete cluster --name $cluster; docker stop $server; docker rm --volumes $server; rm -r $scratch
END
}
