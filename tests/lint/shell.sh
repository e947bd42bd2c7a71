#!/usr/bin/env bash
# The shell scripts of the tree, or those named, pass shellcheck. Programs are told by their first line; what they
# source is checked with them.
#   shell.sh [FILE..]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

all_scripts() {
  git ls-files -z --cached --others --exclude-standard -- '*.sh' .ci/run |
    while IFS= read -r -d '' file; do if [[ -f $file ]]; then printf '%s\0' "$file"; fi; done
}

programs() {
  xargs -0 --no-run-if-empty awk 'FNR == 1 && /^#!/ { printf "%s%c", FILENAME, 0 }'
}

if (($# > 0)); then printf '%s\0' "$@"; else all_scripts; fi | programs |
  xargs -0 --no-run-if-empty shellcheck -x -a -P "$PWD"
