#!/usr/bin/env bash
# A cluster is rebuilt: its control plane is gone, another one gets the same manifests, and takes the place of the first
# on the export. Prints each thing that is shown, and fails at the first that is not so.
#   rebuilt_cluster.sh PROGRAM [CLAIMS [CASE..]]
#   CLAIMS  how many (60); half of them named as a StatefulSet names them
#   CASE    what takeOver says: ask, never, sameName (all three; sameName takes three minutes)
set -euo pipefail
readonly program=${1:?usage: rebuilt_cluster.sh PROGRAM [CLAIMS [CASE..]]} claims=${2:-60}
cases=("${@:3}")
if ((${#cases[@]} == 0)); then cases=(ask never sameName); fi
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

# What the first cluster has left is kept: each case begins with that.
first_life() {
  begin_cluster a
  start_program a
  apply_manifests a
  local began=$SECONDS
  becomes "all $claims claims of the first cluster are Bound" all_bound a "$claims"
  printf 'after %s s\n' "$((SECONDS - began))"
  write_tokens a
  old_id=$(kubectl_in a get namespace kube-system -o jsonpath='{.metadata.uid}')
  kill_program a
  "$here/../cluster/cluster.sh" down "$top/a" >/dev/null
  mv "$export_dir" "$top/left"
}

rebuild() { # [NAME=VALUE..]
  cp -a "$top/left" "$export_dir"
  begin_cluster b
  start_program b "$@"
  apply_manifests b
}

end_case() {
  kill_program b
  "$here/../cluster/cluster.sh" down "$top/b" >/dev/null
  rm -rf "${top:?}/b" "$export_dir"
}

# An hour later.
let_time_pass() {
  sed -i 's/"heartbeat":"[^"]*"/"heartbeat":"2026-01-01T00:00:00Z"/' \
    "$export_dir/.nfs-subdir-provisioner/clusters/$old_id/cluster.json"
}

nobody_begins_empty() {
  becomes "a claim in the directory of its name is told how to take over" told b web-3 "clusters take $old_id"
  becomes "a claim whose directory has the volume's name is told so, too" told b web-1 "clusters take $old_id"
  sleep 20
  holds "before it is decided 0 of $claims claims of the new cluster are Bound" all_bound b 0
}

decision_is_asked_for() {
  holds "clusters list names both" test "$(verb clusters list | grep -c 'cluster-[ab]')" = 2
  if verb clusters take "$old_id" --yes >"$top/verb" 2>&1; then fail "a cluster that was seen a moment ago is not taken"; fi
  holds "a cluster that was seen a moment ago is not taken without --force" grep -q -- '--force' "$top/verb"
  let_time_pass
  verb clusters take "$old_id" >"$top/verb"
  holds "the plan is shown" grep -q "$claims volumes in use" "$top/verb"
  holds "and nothing is done" all_bound b 0
}

# How long that takes is a figure, and no promise: it depends on the machine.
all_is_back() { # DECIDED, in seconds of this shell
  becomes "after the decision all $claims claims are Bound" all_bound b "$claims"
  printf 'after %s s\n' "$((SECONDS - $1))"
  holds "$claims of $claims have their data" test "$(with_token b)" = "$claims"
  holds "the old cluster is on the export no more" test "$(verb clusters list | grep -c "$old_id")" = 0
  holds "its own files are kept" \
    test -f "$export_dir/.nfs-subdir-provisioner/clusters/$(verb clusters list -o json | sed 's/.*"id":"\([^"]*\)".*/\1/')/taken/$old_id/cluster.json"
  holds "no record is left over" test "$(find "$export_dir/.nfs-subdir-provisioner/archives" -name '*.json' | wc -l)" = 0
}

ask() {
  rebuild TAKE_OVER=ask
  nobody_begins_empty
  decision_is_asked_for
  local decided=$SECONDS
  verb clusters take "$old_id" --yes >"$top/verb"
  all_is_back "$decided"
}

# How many of the tokens lie where the first cluster's volumes had them.
untouched() {
  local file count=0
  while IFS= read -r file; do
    if cmp -s "$file" "$export_dir/${file#"$top/left/"}"; then count=$((count + 1)); fi
  done < <(find "$top/left" -name token)
  echo "$count"
}

# A claim whose directory has the volume's name begins empty. One in the directory of its name waits, because that is
# the other cluster's.
never() {
  local half=$((claims - claims / 2))
  rebuild TAKE_OVER=never
  becomes "under never the claims whose directories are their own are Bound: $half" all_bound b "$half"
  becomes "the others are told whose their directory is" told b web-3 "belongs to cluster \"cluster-a\""
  let_time_pass
  sleep 20
  holds "a silent cluster changes nothing: $half are Bound" all_bound b "$half"
  holds "0 of $claims have got the old data" test "$(with_token b)" = 0
  holds "$claims of $claims tokens lie where the first cluster's volumes had them" test "$(untouched)" = "$claims"
  if verb --take-over never clusters take "$old_id" --yes >"$top/verb" 2>&1; then fail "the verb is refused"; fi
  holds "the verb is refused" grep -q 'is never' "$top/verb"
}

# Nobody is asked. That the other cluster stands still must be seen for two minutes.
sameName() {
  rebuild TAKE_OVER=sameName CLUSTER_NAME=cluster-a
  nobody_begins_empty
  let_time_pass
  sleep 20
  holds "when the old cluster was just found silent 0 of $claims are Bound" all_bound b 0
  becomes "two minutes later the program decides" grep -q 'silent: this one takes its place' "$top/b.log"
  all_is_back "$SECONDS"
}

mkdir "$export_dir"
first_life
for case in "${cases[@]}"; do
  printf -- '-- takeOver: %s\n' "$case"
  "$case"
  end_case
done
