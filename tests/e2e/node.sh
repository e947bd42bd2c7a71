#!/usr/bin/env bash
# A Kubernetes cluster with one node that runs real pods, in mount, process and network namespaces of its own below DIR.
#   node.sh up DIR IMAGE.tar..   start it, with these images (docker-archive); returns when the node is ready
#   node.sh enter DIR COMMAND..  run a command in there: kubectl and helm reach the cluster
#   node.sh groups DIR           print the control groups of its containers that stand
#   node.sh down DIR             end all of it; DIR stays
# DIR/export is the export, DIR/mounts what was mounted of it, DIR/log the logs. Needs root and what setup.sh pods installs.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

usage() {
  sed -n '2,7s/^# //p' "${BASH_SOURCE[0]}" >&2
  exit 2
}

await() { # SECONDS WHAT COMMAND..
  local end=$((SECONDS + $1)) what=$2
  shift 2
  until "$@"; do
    if ((SECONDS >= end)) || ! kill -0 "$(<"$dir/unshare.pid")" 2>/dev/null; then
      echo "node.sh: $what; the end of its logs in $dir/log:" >&2
      tail -n 5 "$dir"/log/* >&2 || true
      return 1
    fi
    sleep 0.1
  done
}

in_node() { # COMMAND..
  nsenter --target "$(<"$dir/init.pid")" --mount --pid --net -- env --chdir "$PWD" "$@"
}

node_is_ready() {
  in_node "$dir/cluster/bin/kubectl" wait --for=condition=Ready node/node1 --timeout=1s >/dev/null 2>&1
}

up() { # IMAGE..
  mkdir -p "$dir"/{export,log}
  chmod 0755 "$dir" "$dir/export"
  # The unshare process ignores TERM and INT; what ends all of it is the death of the first process inside.
  setsid unshare --mount --pid --net --fork --kill-child=KILL --propagation private --mount-proc \
    "$here/inside.sh" "$dir" "$@" >"$dir/log/inside" 2>&1 </dev/null 9<&- & # 9: e2e.sh's lock
  echo $! >"$dir/unshare.pid"
  await 90 'the node did not start' test -e "$dir/started"
  pgrep -P "$(<"$dir/unshare.pid")" >"$dir/init.pid"
  await 60 'the node did not get ready' node_is_ready
}

is_over() { ! kill -0 "$(<"$dir/unshare.pid")" 2>/dev/null; }

# The control groups of the containers of this node, and of the one that joined it (another_node.sh): those that stand.
# Other clusters have theirs beside them.
own_groups() {
  local work
  for work in "$dir"/{,node2/}containerd/io.containerd.runtime.v2.task/k8s.io/*/; do
    if [[ ! -d $work ]]; then continue; fi # there is none
    work=${work%/}
    find /sys/fs/cgroup/k8s.io /sys/fs/cgroup/*/k8s.io -maxdepth 1 -type d -name "${work##*/}" 2>/dev/null || true
  done
}

# A control group can go once the last of its processes is reaped.
groups_are_gone() {
  local group
  while IFS= read -r group; do
    find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || return 1
  done < <(own_groups)
  rmdir /sys/fs/cgroup/k8s.io /sys/fs/cgroup/*/k8s.io 2>/dev/null || true # unless another node uses them
}

down() {
  local end=$((SECONDS + 30)) first
  [[ -s $dir/unshare.pid ]] || return 0
  first=$(pgrep -P "$(<"$dir/unshare.pid")" || true)
  if [[ -n $first ]]; then kill -KILL "$first"; fi
  until is_over && groups_are_gone; do
    if ((SECONDS >= end)); then
      echo "node.sh: what runs in $dir does not end, or its control groups stay" >&2
      return 1
    fi
    sleep 0.1
  done
  rm -f "$dir"/*.pid "$dir/started"
}

(($# >= 2)) || usage
verb=$1
dir=$(realpath -m -- "$2")
shift 2
# Not the caller's cluster.
export KUBECONFIG=$dir/cluster/admin.kubeconfig PATH=$dir/cluster/bin:$PATH
case $verb in
  up) up "$@" ;;
  enter) in_node "$@" ;;
  groups) own_groups ;;
  down) down ;;
  *) usage ;;
esac
