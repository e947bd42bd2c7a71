# shellcheck shell=bash
# shellcheck disable=SC2034 # the chapters use what is set here
# What the story's chapters share. They run in the node's namespaces, with DIR of node.sh in NODE_DIR.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly here
readonly node_dir=${NODE_DIR:?the directory of a running node, see node.sh}
readonly chart=$here/../../charts/nfs-subdir-provisioner
readonly export=$node_dir/export
readonly two_values=(--set nfs.server=nfs.example.com --set nfs.path=/data/nfs)
readonly map_count=/proc/sys/vm/max_map_count
export KUBECONFIG=$node_dir/cluster/admin.kubeconfig
export HELM_CACHE_HOME=$node_dir/helm HELM_CONFIG_HOME=$node_dir/helm HELM_DATA_HOME=$node_dir/helm

kubectl() { "$node_dir/cluster/bin/kubectl" "$@"; }
helm_binary=$("$here/../cluster/setup.sh" path helm)
helm() { "$helm_binary" "$@" >/dev/null; }

began=$(date +%s%N)
readonly began
step() { # TEXT
  local took=$((($(date +%s%N) - began) / 100000000))
  printf '%4d.%d s  %s\n' $((took / 10)) $((took % 10)) "$*"
}

# What somebody needs who reads only this output.
explain() {
  echo '--- objects'
  kubectl get pods,persistentvolumeclaims,persistentvolumes -A -o wide || true
  echo '--- events'
  kubectl get events -A --sort-by=.lastTimestamp | tail -n 25 || true
  echo '--- the program'
  kubectl logs -A -l app=nfs-subdir-external-provisioner --tail=25 2>/dev/null ||
    kubectl logs --namespace storage -l app=nfs-subdir-external-provisioner --tail=25 || true
  echo '--- the export'
  find "$export" -path '*/.nfs-subdir-provisioner' -prune -o -print | head -n 40
  echo '--- mounts'
  tail -n 20 "$node_dir/mounts" || true
} >&2

fail() { # TEXT
  echo "FAILED: $*" >&2
  explain
  exit 1
}

expect_same() { # WHAT WANTED IS
  [[ $2 == "$3" ]] || fail "$1: wanted \"$2\", is \"$3\""
}

await() { # SECONDS WHAT COMMAND..
  local end=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    if ((SECONDS >= end)); then fail "not within its time: $what"; fi
    sleep 0.1
  done
}

# Nobody looks at the labels of Pod Security but the API server's admission.
make_space() { # NAMESPACE LEVEL
  kubectl create namespace "$1" >/dev/null
  kubectl label namespace "$1" "pod-security.kubernetes.io/enforce=$2" >/dev/null
}

is_rolled_out() { # NAMESPACE KIND/NAME
  kubectl --namespace "$1" rollout status "$2" --timeout=1s
}

await_pods() { # NAMESPACE KIND/NAME..
  local space=$1 each
  shift
  for each in "$@"; do await 90 "$each in $space is ready" is_rolled_out "$space" "$each"; done
}

volumes_are_gone() { [[ -z $(kubectl get persistentvolumes -o name) ]]; }

# vm.max_map_count is the whole machine's. One run at a time changes it, by the lock that e2e.sh has as 9, and notes the
# machine's own value first. Should a story be cut short, e2e.sh puts that back before the lock is free. What is noted
# already stays noted: by now the machine may have another value than its own.
take_map_count() {
  flock --timeout 900 9 || fail 'another run has had vm.max_map_count for 15 minutes'
  # shellcheck disable=SC2153 # of e2e.sh
  if [[ ! -s $MAP_COUNT ]]; then cat $map_count >"$MAP_COUNT"; fi
}

put_map_count_back() {
  cat "$MAP_COUNT" >$map_count
  rm "$MAP_COUNT"
  flock --unlock 9
}

# The kubelet asked for exactly this mount; it sorts the options.
expect_mount() { # SERVER:PATH OPTIONS
  grep -qxF -- "$1 $2" "$node_dir/mounts" || fail "nobody mounted $1 with the options \"$2\""
}
