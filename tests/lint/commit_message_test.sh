#!/usr/bin/env bash
# commit_message.sh on messages of each kind.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
message=$(mktemp)
trap 'rm -f "$message"' EXIT

verdict() { # MESSAGE
  printf '%s' "$1" >"$message"
  if "$here/commit_message.sh" "$message" 2>/dev/null; then echo taken; else echo refused; fi
}

expect() { # VERDICT MESSAGE
  [[ $(verdict "$2") == "$1" ]] || { echo "FAILED: not $1: $2" >&2; exit 1; }
}

long=$(printf 'x%.0s' {1..72})
expect taken "$long"$'\n\nSo that it is.\n'
expect refused "x$long"$'\n\nSo that it is.\n'
expect refused $'A subject without a body\n'
expect refused $'A subject\n\n# only a comment\n'
expect refused $'A subject\nno empty line\n'
expect refused $'A sentence.\n\nSo that it is.\n'
expect refused $'# nothing\n'
expect taken $'Merge branch \'wt\'\n'
expect taken $'A subject\n\nWhy.\n# ------------------------ >8 ------------------------\ndiff --git a b\n'
