#!/usr/bin/env bash
# Two real control planes whose programs share one export. Prints each thing that is shown, and fails at the first that
# is not so.
#   two_clusters.sh PROGRAM [CLAIMS]   CLAIMS: how many the first cluster makes while the second one's program is killed
set -euo pipefail
readonly program=${1:?usage: two_clusters.sh PROGRAM [CLAIMS]} claims=${2:-100}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/two_clusters/planes.sh
source "$here/planes.sh"

# Bound volumes of a cluster whose directory does not stand.
without_directory() { # CLUSTER
  local path missing=0
  while read -r path; do
    [[ -d $export_dir/${path#/data/nfs/} ]] || missing=$((missing + 1))
  done < <(kubectl_in "$1" get persistentvolumes -o jsonpath='{range .items[?(@.status.phase=="Bound")]}{.spec.nfs.path}{"\n"}{end}')
  echo "$missing"
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
  becomes "the same claim in cluster b is told who has its directory" told b shop 'belongs to cluster "cluster-a"'
  holds "it is not Bound" test "$(kubectl_in b get persistentvolumeclaim shop -o jsonpath='{.status.phase}')" = Pending
  kubectl_in b delete persistentvolumeclaim shop >/dev/null
  make_claims b by-cluster shop
  becomes "with \${cluster} in its path it is Bound" is_bound b shop
  holds "there" test -d "$export_dir/cluster-b/default/shop"
  holds "cluster a's data stands where it stood" grep -q precious "$export_dir/default/shop/data"
  make_claims b by-name later
  becomes "another claim of cluster b is Bound" is_bound b later
  make_claims a by-name later
  becomes "the same claim in cluster a is told so" told a later 'belongs to cluster "cluster-b"'
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
