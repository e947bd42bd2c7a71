#!/usr/bin/env bash
# Runs the commands of the documents as they are written, on a real control plane of its own with the real helm:
#   pages.sh PAGE..
# A block of commands that stands below the line `<!-- run -->` is run; each `<!-- says: TEXT -->` below it names a text
# that its output must have. The blocks of a page share a cluster, an export and a directory with this tree's charts and
# examples.
# Stand-ins: no pods run, so the program runs beside the cluster, with the environment that the chart gives it; what a
# page calls by `kubectl exec … -- nfs-subdir-provisioner` is run there, too; waiting for a rollout waits for /readyz.
#   PROGRAM=/path   the program
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
readonly program=${PROGRAM:?the program to run}
# shellcheck source=tests/docs/stage.sh
source "$root/tests/docs/stage.sh"

# Writes NUMBER.run and NUMBER.says, a line of text each, for each block of PAGE.
extract_blocks() { # PAGE DIRECTORY
  awk -v out="$2" '
    /^<!-- run -->$/ { number++; file = out "/" number ".run"; waiting = 1; next }
    /^<!-- says: .* -->$/ { gsub(/^<!-- says: | -->$/, ""); print > (out "/" number ".says"); next }
    waiting && /^    / { print substr($0, 5) > file; inside = 1; next }
    inside && /^$/ { print "" > file; next }
    inside { waiting = inside = 0 }' "$1"
}

run_block() { # FILE
  local said status=0 text
  set +e
  said=$(set -e; eval "$(<"$1")" 2>&1)
  status=$?
  set -e
  printf '%s\n' "$said" >"${1%.run}.output"
  if ((status != 0)); then fail "$(<"$1")"$'\n'"ended with $status, and said:"$'\n'"$said"; fi
  if [[ ! -e ${1%.run}.says ]]; then return; fi
  while IFS= read -r text; do
    [[ $said == *"$text"* ]] || fail "$(<"$1")"$'\n'"did not say: $text"$'\n'"but:"$'\n'"$said"
  done <"${1%.run}.says"
}

run_page() { # PAGE
  local number=0 blocks
  blocks=$(mktemp -d "$scratch/blocks.XXXXXX")
  extract_blocks "$root/$1" "$blocks"
  while [[ -e $blocks/$((number + 1)).run ]]; do
    number=$((number + 1))
    run_block "$blocks/$number.run"
    if [[ ${VERBOSE:-0} == 1 ]]; then sed 's/^/$ /' "$blocks/$number.run"; cat "$blocks/$number.output"; fi
  done
  ((number > 0)) || fail "$1 has no block to run"
  [[ $(grep -c '^<!-- run -->$' "$root/$1") == "$number" ]] || fail "$1: below mark $((number + 1)) stands no block"
  echo "$1: $number blocks of commands were run"
}

for page in "$@"; do
  set_stage
  run_page "$page"
  leave_stage
done
