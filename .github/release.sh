#!/usr/bin/env bash
# The steps of a release that need no registry. The version is set in CMakeLists.txt; tests/lint/version.sh says what else
# names it. CONTRIBUTING.md tells the whole way.
#   release.sh version               print the version
#   release.sh prepare VERSION       set VERSION everywhere, and give the change log's Unreleased part that heading
#   release.sh check TAG             TAG is v and the version, and the change log has a part for it
#   release.sh notes VERSION         print that part
#   release.sh chart IMAGE DIRECTORY package the chart into DIRECTORY, with IMAGE as its image
# HELM names the helm to use. ROOT is the tree to work in, else the one that this file is in.
set -euo pipefail
cd "${ROOT:-$(dirname "${BASH_SOURCE[0]}")/..}"

readonly chart=charts/nfs-subdir-provisioner

fail() {
  echo "release: $*" >&2
  exit 1
}

the_version() { sed -n 's/^project(.* VERSION \([0-9.]*\) .*/\1/p' CMakeLists.txt; }

# What stands below the heading of VERSION, without empty lines around it.
notes() { # VERSION
  awk -v heading="## [$1]" '
    index($0, "## [") == 1 { inside = index($0, heading) == 1; next }
    inside && ($0 != "" || text != "") { text = text $0 "\n" }
    END { sub(/\n+$/, "", text); print text }' CHANGELOG.md
}

# sed that must find its place.
replace_once() { # FILE PATTERN TEXT
  [[ $(grep -c -- "$2" "$1") == 1 ]] || fail "$1 does not have exactly one line like: $2"
  sed -i "s|$2|$3|" "$1"
}

prepare() { # VERSION
  [[ $1 =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || fail "'$1' is no version like 1.2.3"
  [[ -z $(notes "$1") ]] || fail "CHANGELOG.md has a part for $1 already"
  [[ -n $(notes Unreleased) ]] || fail 'the part Unreleased of CHANGELOG.md is empty'
  replace_once CMakeLists.txt '^\(project(.* VERSION \)[0-9.]*' "\1$1"
  replace_once "$chart/Chart.yaml" '^version: .*' "version: $1"
  replace_once "$chart/Chart.yaml" '^appVersion: .*' "appVersion: \"$1\""
  find README.md docs docker -type f \( -name '*.md' -o -name Dockerfile \) -exec \
    sed -i -E "s/(nfs-subdir-provisioner:|VERSION=)[0-9]+\.[0-9]+\.[0-9]+/\1$1/g" {} +
  replace_once CHANGELOG.md '^## \[Unreleased\]$' "## [Unreleased]\n\n## [$1] - $(date -u +%F)"
  tests/lint/version.sh "$PWD"
}

check() { # TAG
  local version
  version=$(the_version)
  [[ $1 == "v$version" ]] || fail "the tag is $1, the version $version"
  [[ -n $(notes "$version") ]] || fail "CHANGELOG.md has no part for $version"
  tests/lint/version.sh "$PWD"
}

package_chart() { # IMAGE DIRECTORY
  local copy
  copy=$(mktemp -d)
  # shellcheck disable=SC2064 # as it is now
  trap "rm -rf '$copy'" EXIT
  cp -r "$chart" "$copy"
  replace_once "$copy/${chart##*/}/values.yaml" '^\(  repository:\) nfs-subdir-provisioner$' "\1 $1"
  "${HELM:-helm}" package "$copy/${chart##*/}" --destination "$2"
}

case "${1:-} $#" in
  'version 1') the_version ;;
  'prepare 2') prepare "$2" ;;
  'check 2') check "$2" ;;
  'notes 2') notes "$2" ;;
  'chart 3') package_chart "$2" "$3" ;;
  *)
    echo 'usage: release.sh version | prepare VERSION | check TAG | notes VERSION | chart IMAGE DIRECTORY' >&2
    exit 2
    ;;
esac
