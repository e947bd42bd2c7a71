#!/usr/bin/env bash
# A commit's message: a subject of at most 72 characters, an empty line, a body that says why (CONTRIBUTING.md). What git
# writes by itself (merges, reverts, fixups) passes.
#   commit_message.sh FILE
set -euo pipefail

fail() {
  echo "commit message: $1 (CONTRIBUTING.md)" >&2
  exit 1
}

# Without comments, and without what stands below the scissors of `git commit -v`.
lines() { sed '/^# -* >8 -*$/,$d; /^#/d' "$1"; }

subject=$(lines "$1" | sed -n 1p)
if [[ $subject =~ ^(Merge|Revert|fixup!|squash!|amend!)\  ]]; then exit 0; fi
[[ -n $subject ]] || fail 'there is no subject'
((${#subject} <= 72)) || fail "the subject has ${#subject} characters, more than 72"
[[ $subject != *. ]] || fail 'the subject ends with a full stop'
[[ -z $(lines "$1" | sed -n 2p) ]] || fail 'the second line is not empty'
[[ -n $(lines "$1" | sed -n '3,$p' | tr -d '[:space:]') ]] || fail 'there is no body that says why'
