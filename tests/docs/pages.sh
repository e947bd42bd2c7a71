#!/usr/bin/env bash
# Runs the commands of the documents as they are written, on a real control plane of its own with the real helm:
#   pages.sh PAGE..
# The blocks (blocks.sh) of a page share a cluster, an export and a directory with this tree's charts and examples.
# Stand-ins: no pods run, so the program runs beside the cluster, with the environment that the chart gives it; what a
# page calls by `kubectl exec … -- nfs-subdir-provisioner` is run there, too; waiting for a rollout waits for /readyz.
#   PROGRAM=/path   the program
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
readonly program=${PROGRAM:?the program to run}
# shellcheck source=tests/docs/stage.sh
source "$root/tests/docs/stage.sh"
# shellcheck source=tests/docs/blocks.sh
source "$root/tests/docs/blocks.sh"

run_block() { # DIRECTORY NUMBER
  local said status=0 text commands
  commands=$(<"$1/$2.run")
  set +e
  said=$(set -e; eval "$commands" 2>&1)
  status=$?
  set -e
  printf '%s\n' "$said" >"$1/$2.output"
  if ((status != 0)); then fail "$commands"$'\n'"ended with $status, and said:"$'\n'"$said"; fi
  if text=$(missing_text "$1" "$2" "$said"); then
    fail "$commands"$'\n'"did not say: $text"$'\n'"but:"$'\n'"$said"
  fi
}

run_page() { # PAGE
  local number=0 blocks
  blocks=$(mktemp -d "$scratch/blocks.XXXXXX")
  extract_blocks "$root/$1" "$blocks"
  all_blocks_found "$root/$1" "$blocks" || fail "$1: no block, or a mark with no block below it"
  while [[ -e $blocks/$((number + 1)).run ]]; do
    number=$((number + 1))
    run_block "$blocks" "$number"
    if [[ ${VERBOSE:-0} == 1 ]]; then sed 's/^/$ /' "$blocks/$number.run"; cat "$blocks/$number.output"; fi
  done
  echo "$1: $number blocks of commands were run"
}

for page in "$@"; do
  set_stage
  run_page "$page"
  leave_stage
done
