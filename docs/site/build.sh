#!/usr/bin/env bash
# Builds the documents as a site into build/docs (open build/docs/index.html). Fails if a link or an anchor leads nowhere,
# or a page is missing in the navigation.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
root=$PWD
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
readonly pages=$room/pages

tracked() { git ls-files --cached --others --exclude-standard -- "$@"; }

lay_out() { # FILE
  mkdir -p "$pages/$(dirname "$1")"
  cp "$1" "$pages/$1"
}

# What pages link to beside other pages: it goes along.
linked_files() { # PAGE
  local target file
  grep -ohE '\]\([^)# ]+' "$1" | sed 's/^](//' | grep -vE '^[a-z]+:' | while IFS= read -r target; do
    file=$(realpath --relative-to "$root" "$(dirname "$1")/$target")
    if [[ -f $file && $file != *.md ]]; then printf '%s\n' "$file"; fi
  done || true
}

while IFS= read -r page; do
  lay_out "$page"
  for file in $(linked_files "$page"); do lay_out "$file"; done
done < <(tracked '*.md' ':!.github')
cp docs/site/mkdocs.yml docs/site/hooks.py "$room"
tools=$(tests/cluster/setup.sh path docs)
# With --quiet it would not count what it warns of.
said=$(NO_MKDOCS_2_WARNING=1 "$tools/mkdocs" build --strict --config-file "$room/mkdocs.yml" 2>&1) || {
  grep -v '^INFO' <<<"$said" >&2
  exit 1
}
rm -rf build/docs
mkdir -p build
mv "$room/site" build/docs
echo "docs: build/docs/index.html, $(find build/docs -name '*.html' | wc -l) pages"
