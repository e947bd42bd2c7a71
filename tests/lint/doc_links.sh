#!/usr/bin/env bash
# Links between the documents lead to a file, and so do the sections of docs/behaviour.md that anything cites. Prints
# each that does not, and fails if there is one.
#   doc_links.sh [ROOT]
set -euo pipefail
cd "${1:-$(dirname "${BASH_SOURCE[0]}")/../..}"

pages() { find . -name '*.md' -not -path './build/*' -print | LC_ALL=C sort; }

# PAGE TARGET: relative links, with what stands behind a `#`; code is none.
# shellcheck disable=SC2016 # awk's own
links() {
  pages | xargs awk '
    /^ *```/ { code = !code }
    FNR == 1 { code = 0 }
    code { next }
    { gsub(/`[^`]*`/, "")
      while (match($0, /\]\([^)]+\)/)) {
        target = substr($0, RSTART + 2, RLENGTH - 3)
        if (target !~ /^(https?|mailto):/) print FILENAME, target
        $0 = substr($0, RSTART + RLENGTH)
      } }'
}

missing_files() {
  local page target
  while read -r page target; do
    local file=${target%%#*}
    [[ -z $file || -e $(dirname "$page")/$file ]] || echo "$page: $target  <- there is no such file"
  done < <(links)
}

# Every mention in code, tests and documents, links within the page included. `#anchor` is how the page explains itself.
cited_anchors() {
  { grep -rhoE 'behaviour\.md#[a-z]+' --include='*.[ch]pp' --include='*.sh' --include='*.md' --exclude-dir=build . &&
    grep -oE '\]\(#[a-z]+' docs/behaviour.md; } | sed 's/.*#//' | LC_ALL=C sort -u
}

missing_anchors() {
  comm -23 <(cited_anchors | grep -vx anchor) <(sed -n 's/^<a id="\([a-z]*\)"><\/a>$/\1/p' docs/behaviour.md | LC_ALL=C sort -u) |
    sed 's/.*/docs\/behaviour.md#&  <- there is no such anchor/'
}

found=$(missing_files && missing_anchors)
if [[ -n $found ]]; then
  echo "$found"
  exit 1
fi
