#!/usr/bin/env bash
# The version is set in CMakeLists.txt. What else has to name it agrees: the chart, and the change log's newest release.
# Prints what does not, and fails if anything does not. `.github/release.sh prepare VERSION` sets all of them.
#   version.sh [ROOT]
set -euo pipefail
cd "${1:-$(dirname "${BASH_SOURCE[0]}")/../..}"

readonly chart=charts/nfs-subdir-provisioner/Chart.yaml

the_version() { sed -n 's/^project(.* VERSION \([0-9.]*\) .*/\1/p' CMakeLists.txt; }
value_of() { sed -n "s/^$1: *\"\{0,1\}\([^\"#]*[^\"# ]\)\"\{0,1\} *$/\1/p" "$chart"; }
# Empty as long as nothing was released.
newest_release() { sed -n 's/^## \[\([0-9][^]]*\)\].*/\1/p' CHANGELOG.md | sed -n 1p; }

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
((failures == 0))
