#!/usr/bin/env bash
# Builds docker/Dockerfile with neither a Docker daemon nor an image registry (Debian's mirror is the base), and looks
# at what came out (docker/look.sh).
#   image.sh [IMAGE.tar [ARCHITECTURE..]]   where the image goes, as `docker load` takes it (build/image.tar without it)
# ARCHITECTURE is amd64 or arm64: this machine's without one. A machine of amd64 makes both; the image for arm64 is
# IMAGE-arm64.tar then. Two make IMAGE-index.tar as well, an OCI archive of both under one name.
# The base and what was compiled are kept in the cache; REFRESH=1 makes the base anew. STORE is where the image tools have
# their storage (build/image without it); KEEP=1 leaves it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=docker/base.sh
source docker/base.sh
# shellcheck source=docker/look.sh
source docker/look.sh

readonly first=${1:-build/image.tar}
architectures=("${@:2}")
readonly cache=${XDG_CACHE_HOME:-$HOME/.cache}/nfs-subdir-provisioner
readonly store=${STORE:-$PWD/build/image}
version=$(sed -n 's/^project(.* VERSION \([0-9.]*\) .*/\1/p' CMakeLists.txt)
# As the chart asks for it.
readonly name=docker.io/library/nfs-subdir-provisioner:$version

fail() {
  echo "image: $*" >&2
  exit 1
}

build_tool() { buildah --root "$store/root" --runroot "$store/run" --storage-driver vfs "$@"; }
run_tool() { podman --root "$store/root" --runroot "$store/run" --storage-driver vfs --cgroup-manager cgroupfs --runtime runc "$@"; }

drop_store() {
  if [[ ${KEEP:-0} != 1 ]]; then rm -rf "$store"; fi
}
trap drop_store EXIT
trap 'exit 130' INT TERM

# What is not committed is in the image too, and says so.
set_commit() {
  commit=$(git rev-parse --short=12 HEAD)
  if [[ -n $(git status --porcelain -- k8s provisioner CMakeLists.txt docker) ]]; then commit=$commit-modified; fi
}

check_architecture() { # ARCHITECTURE
  if [[ $1 == "$machine" || $machine-$1 == amd64-arm64 ]]; then return; fi
  fail "a machine of $machine makes no image for '$1'"
}

file_of() { # ARCHITECTURE
  if [[ $1 == "$machine" ]]; then echo "$first"; else echo "${first%.tar}-$1.tar"; fi
}

# Each replaces the one before it under the image's name; its id is in STORE/id-ARCHITECTURE.
build() { # ARCHITECTURE
  local image
  image=$(file_of "$1")
  echo "image: building docker/Dockerfile for $1 (packages, program: about four minutes on two cores)"
  build_tool bud --quiet --isolation chroot --pull-never --file docker/Dockerfile --tag "$name" --platform "linux/$1" \
    --build-arg BUILDPLATFORM="linux/$machine" --build-arg BASE=localhost/debian:bookworm --build-arg COMMIT="$commit" --iidfile "$store/id-$1" \
    --build-arg VERSION="$version" --volume "$cache/ccache:/root/.cache/ccache" \
    --build-arg SOURCE_DATE_EPOCH="$(git log -1 --format=%ct)" --timestamp "$(git log -1 --format=%ct)" . >"$store/build.log" 2>&1 ||
    { tail -n 30 "$store/build.log" >&2; fail "the build failed"; }
  mkdir -p "$(dirname "$image")"
  rm -f "$image"
  run_tool save --quiet --format docker-archive --output "$image" "$name"
}

write_index() {
  local architecture index=${first%.tar}-index.tar
  build_tool manifest create index >/dev/null
  for architecture in "$@"; do build_tool manifest add index "$(<"$store/id-$architecture")" >/dev/null; done
  rm -f "$index"
  build_tool manifest push --quiet --all index "oci-archive:$index:$name" >/dev/null
  echo "image: $index has the images for $*"
}

[[ $(id -u) == 0 ]] || fail "building images here needs root"
if ((${#architectures[@]} == 0)); then architectures=("$machine"); fi
for architecture in "${architectures[@]}"; do check_architecture "$architecture"; done
tests/cluster/setup.sh packages image-tools
mkdir -p "$store" "$cache/ccache"
set_commit
make_base
run_tool import --quiet "$base" localhost/debian:bookworm >/dev/null
for architecture in "${architectures[@]}"; do
  build "$architecture"
  look_at_it "$architecture" "$(file_of "$architecture")"
done
if ((${#architectures[@]} > 1)); then write_index "${architectures[@]}"; fi
