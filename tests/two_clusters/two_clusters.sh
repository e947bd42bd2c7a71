#!/usr/bin/env bash
# Two real control planes whose programs share one export. Prints each thing that is shown, and fails at the first that
# is not so.
#   two_clusters.sh PROGRAM [CLAIMS]   CLAIMS: how many the first cluster makes while the second one's program is killed
set -euo pipefail
readonly program=${1:?usage: two_clusters.sh PROGRAM [CLAIMS]} claims=${2:-100}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(mktemp -d)
readonly top
readonly export_dir=$top/export
declare -A pid_of=()

clear_away() {
  for cluster in "${!pid_of[@]}"; do kill -9 "${pid_of[$cluster]}" 2>/dev/null || true; done
  for cluster in a b; do "$here/../cluster/cluster.sh" down "$top/$cluster" >/dev/null 2>&1 || true; done
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

kill_program() { # CLUSTER
  kill -9 "${pid_of[$1]}"
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

# Bound volumes of a cluster whose directory does not stand.
without_directory() { # CLUSTER
  local path missing=0
  while read -r path; do
    [[ -d $export_dir/${path#/data/nfs/} ]] || missing=$((missing + 1))
  done < <(kubectl_in "$1" get persistentvolumes -o jsonpath='{range .items[?(@.status.phase=="Bound")]}{.spec.nfs.path}{"\n"}{end}')
  echo "$missing"
}

begin_cluster() { # NAME
  local cluster=$1
  OWNER_PID=$$ "$here/../cluster/cluster.sh" up "$top/$cluster" >/dev/null
  make_class "$cluster" unique '{}'
  # shellcheck disable=SC2016 # the program expands these
  make_class "$cluster" by-name '{pathPattern: "${.PVC.namespace}/${.PVC.name}", onDelete: delete}'
  # shellcheck disable=SC2016
  make_class "$cluster" by-cluster '{pathPattern: "${cluster}/${.PVC.namespace}/${.PVC.name}", onDelete: delete}'
}

begin() {
  mkdir "$export_dir"
  begin_cluster a
  begin_cluster b
}

# Its API server knows none of the first one's claims.
intents_are_left_alone() {
  start_program a
  local names=() i
  for ((i = 0; i < claims; ++i)); do names+=("web-$i"); done
  make_claims a unique "${names[@]}" &
  local making=$!
  while kill -0 "$making" 2>/dev/null || ! all_bound a "$claims"; do
    start_program b
    sleep 1
    kill_program b
    ((SECONDS < 300)) || fail "all claims of cluster a are Bound"
  done
  holds "$claims of $claims claims of cluster a are Bound while cluster b's program starts and dies" all_bound a "$claims"
  holds "each of their volumes has its directory" test "$(without_directory a)" = 0
}

names_are_kept_apart() {
  start_program b
  make_claims a by-name shop
  becomes "a claim of cluster a is Bound" is_bound a shop
  echo precious >"$export_dir/default/shop/data"
  make_claims b by-name shop
  becomes "the same claim in cluster b is told who has its directory" told b shop 'of cluster "cluster-a"'
  holds "it is not Bound" test "$(kubectl_in b get persistentvolumeclaim shop -o jsonpath='{.status.phase}')" = Pending
  kubectl_in b delete persistentvolumeclaim shop >/dev/null
  make_claims b by-cluster shop
  becomes "with \${cluster} in its path it is Bound" is_bound b shop
  holds "there" test -d "$export_dir/cluster-b/default/shop"
  holds "cluster a's data stands where it stood" grep -q precious "$export_dir/default/shop/data"
  make_claims b by-name later
  becomes "another claim of cluster b is Bound" is_bound b later
  make_claims a by-name later
  becomes "the same claim in cluster a is told so" told a later 'of cluster "cluster-b"'
  kubectl_in b delete persistentvolumeclaim later >/dev/null
  becomes "once cluster b has given the directory up, cluster a's claim is Bound" is_bound a later
}

verbs_name_both() {
  local listed
  listed=$(env -i MOUNT_DIR="$export_dir" "$program" clusters list)
  holds "clusters list names both" test "$(grep -c 'cluster-[ab]' <<<"$listed")" = 2
  if env -i MOUNT_DIR="$export_dir" "$program" volumes list >"$top/verb" 2>&1; then fail "volumes list asks which cluster"; fi
  holds "volumes list asks which cluster is meant" grep -q 'choose a cluster by --cluster-id' "$top/verb"
}

# A new control plane with the old one's id and manifests.
rebuilt_cluster_goes_on() {
  local id
  id=$(kubectl_in a get namespace kube-system -o jsonpath='{.metadata.uid}')
  kill_program a
  "$here/../cluster/cluster.sh" down "$top/a" >/dev/null
  mv "$top/a" "$top/gone"
  begin_cluster a
  start_program a CLUSTER_ID="$id"
  make_claims a by-name shop
  becomes "in a rebuilt cluster with the old id the claim is Bound" is_bound a shop
  holds "it has its data" grep -q precious "$export_dir/default/shop/data"
}

begin
intents_are_left_alone
names_are_kept_apart
verbs_name_both
rebuilt_cluster_goes_on
