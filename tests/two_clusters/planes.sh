# To be sourced: two real control planes, a and b, in $top, whose programs ($program) share the export $export_dir.
# shellcheck shell=bash
# shellcheck disable=SC2154 # the script that sources this sets program
planes_here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(mktemp -d)
readonly planes_here top
readonly export_dir=$top/export
declare -A pid_of=()

clear_away() {
  for cluster in "${!pid_of[@]}"; do
    kill -9 "${pid_of[$cluster]}" 2>/dev/null || true
    wait "${pid_of[$cluster]}" 2>/dev/null || true
  done
  for cluster in a b; do "$planes_here/../cluster/cluster.sh" down "$top/$cluster" >/dev/null 2>&1 || true; done
  rm -rf "$top"
}
trap clear_away EXIT

kubectl_in() { # CLUSTER WORD..
  "$top/$1/bin/kubectl" --kubeconfig "$top/$1/admin.kubeconfig" "${@:2}"
}

start_program() { # CLUSTER [NAME=VALUE..]
  env -i PATH="$PATH" KUBECONFIG="$top/$1/admin.kubeconfig" NFS_SERVER=nfs.example.com NFS_PATH=/data/nfs \
    PROVISIONER_NAME=example.com/nfs MOUNT_DIR="$export_dir" HTTP_ADDRESS=off CLUSTER_NAME="cluster-$1" \
    ENABLE_LEADER_ELECTION=false "${@:2}" "$program" >>"$top/$1.log" 2>&1 &
  pid_of[$1]=$!
}

# One that has ended by itself has failed.
kill_program() { # CLUSTER
  if ! kill -9 "${pid_of[$1]}" 2>/dev/null; then
    unset "pid_of[$1]"
    fail "the program of cluster $1 runs until it is killed"
  fi
  wait "${pid_of[$1]}" 2>/dev/null || true
  unset "pid_of[$1]"
}

fail() {
  printf 'NOT SO: %s\n' "$1" >&2
  tail -n 15 "$top"/?.log >&2 || true
  exit 1
}

# Until COMMAND succeeds, for four minutes at most.
becomes() { # WHAT COMMAND..
  local until=$((SECONDS + 240))
  until "${@:2}" >/dev/null 2>&1; do
    ((SECONDS < until)) || fail "$1"
    sleep 0.1
  done
  printf 'shown: %s\n' "$1"
}

holds() { # WHAT COMMAND..
  "${@:2}" || fail "$1"
  printf 'shown: %s\n' "$1"
}

make_class() { # CLUSTER NAME PARAMETERS
  kubectl_in "$1" apply -f - >/dev/null <<END
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: $2}
provisioner: example.com/nfs
reclaimPolicy: Delete
parameters: $3
END
}

claim_text() { # NAME CLASS
  cat <<END
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: $1, namespace: default}
spec: {storageClassName: $2, accessModes: [ReadWriteMany], resources: {requests: {storage: 1Mi}}}
END
}

make_claims() { # CLUSTER CLASS NAME..
  local name
  for name in "${@:3}"; do claim_text "$name" "$2"; done | kubectl_in "$1" apply -f - >/dev/null
}

bound_in() { # CLUSTER
  kubectl_in "$1" get persistentvolumeclaims -o jsonpath='{range .items[?(@.status.phase=="Bound")]}{.metadata.name}{"\n"}{end}' | wc -l
}

all_bound() { # CLUSTER COUNT
  [[ $(bound_in "$1") == "$2" ]]
}

is_bound() { # CLUSTER CLAIM
  [[ $(kubectl_in "$1" get persistentvolumeclaim "$2" -o jsonpath='{.status.phase}') == Bound ]]
}

told() { # CLUSTER CLAIM TEXT
  kubectl_in "$1" get events --field-selector "involvedObject.name=$2" -o jsonpath='{.items[*].message}' | grep -qF "$3"
}

begin_cluster() { # NAME
  local cluster=$1
  OWNER_PID=$$ "$planes_here/../cluster/cluster.sh" up "$top/$cluster" >/dev/null
  make_class "$cluster" unique '{}'
  # shellcheck disable=SC2016 # the program expands these
  make_class "$cluster" by-name '{pathPattern: "${.PVC.namespace}/${.PVC.name}", onDelete: delete}'
  # shellcheck disable=SC2016
  make_class "$cluster" by-cluster '{pathPattern: "${cluster}/${.PVC.namespace}/${.PVC.name}", onDelete: delete}'
}
