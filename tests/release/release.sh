#!/usr/bin/env bash
# .github/release.sh on a copy of the files that it changes.
#   release.sh prepare | chart
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export ROOT=$scratch/tree

failed() { # TEXT
  echo "FAILED: $1" >&2
  exit 1
}

release() { "$root/.github/release.sh" "$@"; }
refused() { # PART COMMAND..
  local part=$1 said
  shift
  if said=$("$@" 2>&1); then failed "$* was not refused"; fi
  [[ $said == *"$part"* ]] || failed "$* said: $said"
}

copy_tree() {
  mkdir -p "$ROOT/charts" "$ROOT/tests/lint"
  cp -r "$root"/{CMakeLists.txt,README.md,docs,docker} "$ROOT"
  cp -r "$root/charts/nfs-subdir-provisioner" "$ROOT/charts"
  cp "$root/tests/lint/version.sh" "$ROOT/tests/lint"
  printf '# Changelog\n\n## [Unreleased]\n\n### Added\n\n- A thing.\n' >"$ROOT/CHANGELOG.md"
}

test_prepare() {
  refused 'no version' release prepare 9.9
  release prepare 9.9.9
  [[ $(release version) == 9.9.9 ]] || failed "the version is $(release version)"
  release check v9.9.9
  grep -q 'nfs-subdir-provisioner:9.9.9' "$ROOT/README.md" || failed 'the README names another version'
  [[ $(release notes 9.9.9) == $'### Added\n\n- A thing.' ]] || failed "the notes are: $(release notes 9.9.9)"
  [[ -z $(release notes Unreleased) ]] || failed 'something is unreleased still'
  refused 'the tag is v9.9.8' release check v9.9.8
  refused 'a part for 9.9.9' release prepare 9.9.9
  refused 'is empty' release prepare 9.9.10
  sed -i 's/nfs-subdir-provisioner:9.9.9/nfs-subdir-provisioner:9.9.7/' "$ROOT/README.md"
  refused "README.md says '9.9.7'" release check v9.9.9
  sed -i 's/^appVersion: .*/appVersion: "9.9.8"/' "$ROOT/charts/nfs-subdir-provisioner/Chart.yaml"
  refused "appVersion says '9.9.8'" release check v9.9.9
}

# The package names the image that it was given.
test_chart() {
  local version objects
  HELM=$("$root/tests/cluster/setup.sh" path helm)
  export HELM
  release chart registry.example.com/team/nfs "$scratch" >/dev/null
  version=$(release version)
  objects=$("$HELM" template nfs "$scratch/nfs-subdir-provisioner-$version.tgz" --set nfs.server=nfs.example.com)
  grep -qE "image: \"?registry.example.com/team/nfs:$version\"?$" <<<"$objects" ||
    failed "the images are: $(grep image: <<<"$objects" || true)"
}

copy_tree
"test_$1"
