#!/usr/bin/env bash
# docs/files.md names the members of the program's documents on the export, and no others: those that documents.cpp
# writes or reads. Prints what differs, and fails if anything does.
set -euo pipefail
cd "${1:-$(dirname "${BASH_SOURCE[0]}")/../..}"

in_code() {
  {
    grep -oE '(writer\.(text|number)|reader\.(text|number|path|require)|number)\("[a-zA-Z]+"' provisioner/storage/volumes/documents.cpp
    grep -oE '^ +\{"[a-zA-Z]+", &' provisioner/storage/volumes/documents.cpp
  } | grep -oE '"[a-zA-Z]+"' | tr -d '"' | LC_ALL=C sort -u
}

# shellcheck disable=SC2016 # marks of code
in_page() {
  sed -n '/^<!-- documents -->$/,/^<!-- \/documents -->$/p' docs/files.md | cut -d'|' -f3 |
    grep -oE '`[a-zA-Z]+`' | tr -d '`' | LC_ALL=C sort -u
}

difference=$(diff <(in_code) <(in_page)) || { printf 'code <, docs/files.md >\n%s\n' "$difference"; exit 1; }
