#!/usr/bin/env bash
# A cluster is rebuilt: its control plane is gone, another one gets the same manifests, and takes the place of the first
# on the export. Prints each thing that is shown, and fails at the first that is not so.
#   rebuilt_cluster.sh PROGRAM [CLAIMS]   CLAIMS: how many; half of them named as a StatefulSet names them
set -euo pipefail
readonly program=${1:?usage: rebuilt_cluster.sh PROGRAM [CLAIMS]} claims=${2:-60}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/two_clusters/planes.sh
source "$here/planes.sh"

# The same manifests for both: in each half, every other claim has a directory with the volume's name in it.
apply_manifests() { # CLUSTER
  local i name class
  for ((i = 0; i < claims; ++i)); do
    name=web-$i
    if ((i % 2 == 0)); then name=data-db-$((i / 2)); fi
    class=by-name
    if ((i % 4 < 2)); then class=unique; fi
    claim_text "$name" "$class"
  done | kubectl_in "$1" apply -f - >/dev/null
}

# "claim directory", one a line.
directories_in() { # CLUSTER
  kubectl_in "$1" get persistentvolumes \
    -o jsonpath='{range .items[?(@.status.phase=="Bound")]}{.spec.claimRef.name}{" "}{.spec.nfs.path}{"\n"}{end}'
}

write_tokens() { # CLUSTER
  local claim path
  while read -r claim path; do
    echo "token of $claim" >"$export_dir/${path#/data/nfs/}/token"
  done < <(directories_in "$1")
}

# How many claims have the very token that was written for them.
with_token() { # CLUSTER
  local claim path count=0
  while read -r claim path; do
    if grep -qx "token of $claim" "$export_dir/${path#/data/nfs/}/token" 2>/dev/null; then count=$((count + 1)); fi
  done < <(directories_in "$1")
  echo "$count"
}

verb() { # WORD..
  env -i MOUNT_DIR="$export_dir" "$program" "$@"
}

first_life() {
  begin_cluster a
  start_program a
  apply_manifests a
  becomes "all $claims claims of the first cluster are Bound" all_bound a "$claims"
  write_tokens a
  old_id=$(kubectl_in a get namespace kube-system -o jsonpath='{.metadata.uid}')
  kill_program a
  "$here/../cluster/cluster.sh" down "$top/a" >/dev/null
}

nobody_begins_empty() {
  begin_cluster b
  start_program b
  apply_manifests b
  becomes "a claim in the directory of its name is told how to take over" told b web-3 "clusters take $old_id"
  becomes "a claim whose directory has the volume's name is told so, too" told b web-1 "clusters take $old_id"
  sleep 20
  holds "before it is decided none of the new cluster's claims is Bound" test "$(bound_in b)" = 0
}

decision_is_asked_for() {
  holds "clusters list names both" test "$(verb clusters list | grep -c 'cluster-[ab]')" = 2
  if verb clusters take "$old_id" --yes >"$top/verb" 2>&1; then fail "a cluster that was seen a moment ago is not taken"; fi
  holds "a cluster that was seen a moment ago is not taken without --force" grep -q -- '--force' "$top/verb"
  # An hour later.
  sed -i 's/"heartbeat":"[^"]*"/"heartbeat":"2026-01-01T00:00:00Z"/' \
    "$export_dir/.nfs-subdir-provisioner/clusters/$old_id/cluster.json"
  verb clusters take "$old_id" >"$top/verb"
  holds "the plan is shown" grep -q "$claims volumes in use" "$top/verb"
  holds "and nothing is done" test "$(bound_in b)" = 0
}

all_is_back() {
  local decided=$SECONDS
  verb clusters take "$old_id" --yes >"$top/verb"
  becomes "after the decision all $claims claims are Bound" all_bound b "$claims"
  local took=$((SECONDS - decided))
  holds "within a minute: $took s" test "$took" -le 60
  holds "$claims of $claims have their data" test "$(with_token b)" = "$claims"
  holds "the old cluster is on the export no more" test "$(verb clusters list | grep -c "$old_id")" = 0
  holds "its own files are kept" \
    test -f "$export_dir/.nfs-subdir-provisioner/clusters/$(verb clusters list -o json | sed 's/.*"id":"\([^"]*\)".*/\1/')/taken/$old_id/cluster.json"
  holds "no record is left over" test "$(find "$export_dir/.nfs-subdir-provisioner/archives" -name '*.json' | wc -l)" = 0
}

mkdir "$export_dir"
first_life
nobody_begins_empty
decision_is_asked_for
all_is_back
