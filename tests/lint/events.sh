#!/usr/bin/env bash
# The Events of the program and the documents that tell of them agree:
# - each reason that the code has stands in the tables of docs/events.md, docs/troubleshooting.md and
#   docs/behaviour.md, and no other one does;
# - what docs/troubleshooting.md says that the program says (in code, between `<!-- texts -->` marks, in a column "It
#   says", cut at each …) stands in the code.
# Prints what does not, and fails if anything does not.
#   events.sh [ROOT]
set -euo pipefail
cd "${1:-$(dirname "${BASH_SOURCE[0]}")/../..}"

# Those with a name, and those that are given where the Event is made.
reasons_in_code() {
  {
    sed -n '/^\/\/ Event reasons:/,/^$/s/.* = "\([A-Za-z]*\)";.*/\1/p' provisioner/core/naming.hpp
    grep -rhoE 'EventType::(normal|warning), "[A-Z][A-Za-z]*"' --include='*.cpp' provisioner | sed 's/.*"\(.*\)"/\1/'
  } | LC_ALL=C sort -u
}

# What is code in the first column of the tables in a part of a page.
# shellcheck disable=SC2016 # marks of code
reasons_in() { # PAGE FROM TO
  sed -n "/$2/,/$3/p" "$1" | grep '^|' | cut -d'|' -f2 | grep -oE '`[A-Z][A-Za-z]*`' | tr -d '`' | LC_ALL=C sort -u
}

compare_reasons() { # PAGE FROM TO
  diff <(reasons_in_code) <(reasons_in "$@") | sed -n "s|^< |$1 lacks the reason |p; s|^> |no code has the reason, but $1: |p"
}

# All literals of the program, those that stand behind one another joined.
literals() {
  find provisioner -name '*.cpp' -print0 | xargs -0 cat | tr '\n' ' ' | sed -E 's/" +"//g; s/\\"/"/g'
}

# shellcheck disable=SC2016 # marks of code
quoted_texts() {
  awk -F' *[|] *' '
    /^<!-- texts -->$/ { inside = 1; column = 0; next }
    /^<!-- \/texts -->$/ { inside = 0 }
    !inside || !/^\|/ { next }
    !column { for (i = 2; i < NF; ++i) if ($i == "It says") column = i; next }
    !/^\|---/ { print $column }' docs/troubleshooting.md |
    grep -oE '`[^`]+`' | tr -d '`' | sed -E 's/ *… */\n/g' | sed '/^$/d' | LC_ALL=C sort -u
}

missing_texts() {
  local all text
  all=$(literals)
  while IFS= read -r text; do
    [[ $all == *"$text"* ]] || echo "docs/troubleshooting.md: no code says: $text"
  done < <(quoted_texts)
}

(($(reasons_in_code | wc -l) > 10 && $(quoted_texts | wc -l) > 40)) || { echo 'events.sh finds too little to compare'; exit 1; }
found=$(
  compare_reasons docs/events.md '^# Events$' '^## '
  compare_reasons docs/troubleshooting.md '^<!-- events -->$' '^<!-- \/events -->$'
  compare_reasons docs/behaviour.md '^## Events$' '^## Metrics'
  missing_texts
)
if [[ -n $found ]]; then
  echo "$found"
  exit 1
fi
