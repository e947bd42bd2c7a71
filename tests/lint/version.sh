#!/usr/bin/env bash
# The version is set in CMakeLists.txt. What else has to name it agrees: the chart, the change log's newest release, and
# the commands in documents and in the Dockerfile that name the image by its tag.
# Prints what does not, and fails if anything does not. `.github/release.sh prepare VERSION` sets all of them.
#   version.sh [ROOT]
set -euo pipefail
cd "${1:-$(dirname "${BASH_SOURCE[0]}")/../..}"

readonly chart=charts/nfs-subdir-provisioner/Chart.yaml

the_version() { sed -n 's/^project(.* VERSION \([0-9.]*\) .*/\1/p' CMakeLists.txt; }
value_of() { sed -n "s/^$1: *\"\{0,1\}\([^\"#]*[^\"# ]\)\"\{0,1\} *$/\1/p" "$chart"; }
# Empty as long as nothing was released.
newest_release() { sed -n 's/^## \[\([0-9][^]]*\)\].*/\1/p' CHANGELOG.md | sed -n 1p; }

# FILE:VERSION of each mention.
mentions() {
  find README.md docs docker -type f \( -name '*.md' -o -name Dockerfile \) -print0 |
    xargs -0 grep -HoE '(nfs-subdir-provisioner:|VERSION=)[0-9]+\.[0-9]+\.[0-9]+' | sed -E 's/:(nfs-subdir-provisioner:|VERSION=)/:/'
}

failures=0
expect() { # WHERE WHAT IT SAYS
  if [[ $2 == "$version" ]]; then return; fi
  echo "$1 says '$2', CMakeLists.txt '$version'"
  failures=$((failures + 1))
}

version=$(the_version)
[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || { echo "CMakeLists.txt: '$version' is no version"; exit 1; }
expect "$chart: version" "$(value_of version)"
expect "$chart: appVersion" "$(value_of appVersion)"
released=$(newest_release)
if [[ -n $released ]]; then expect 'CHANGELOG.md: the newest release' "$released"; fi
(($(mentions | wc -l) > 0)) || { echo 'version.sh finds no mention to compare'; exit 1; }
while IFS=: read -r file named; do expect "$file" "$named"; done < <(mentions)
((failures == 0))
