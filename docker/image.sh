#!/usr/bin/env bash
# Builds docker/Dockerfile with neither a Docker daemon nor an image registry (Debian's mirror is the base), and looks
# at what came out: it runs, as anybody, on a read-only root, has no shell, and is small.
#   image.sh [IMAGE.tar]     where the image goes, as `docker load` takes it (build/image.tar without it)
# The base and what was compiled are kept in the cache; REFRESH=1 makes the base anew. KEEP=1 leaves the storage of the
# image tools (build/image).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=docker/base.sh
source docker/base.sh

readonly image=${1:-build/image.tar}
readonly cache=${XDG_CACHE_HOME:-$HOME/.cache}/nfs-subdir-provisioner
readonly store=$PWD/build/image
version=$(sed -n 's/^project(.* VERSION \([0-9.]*\) .*/\1/p' CMakeLists.txt)
# As the chart asks for it.
readonly name=docker.io/library/nfs-subdir-provisioner:$version
readonly largest=$((20 * 1024 * 1024))

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

build() {
  echo "image: building docker/Dockerfile (packages, program: about four minutes on two cores)"
  mkdir -p "$cache/ccache"
  run_tool import --quiet "$base" localhost/debian:bookworm >/dev/null
  build_tool bud --quiet --isolation chroot --pull-never --file docker/Dockerfile --tag "$name" \
    --build-arg BASE=localhost/debian:bookworm --build-arg COMMIT="$commit" \
    --build-arg VERSION="$version" --volume "$cache/ccache:/root/.cache/ccache" \
    --build-arg SOURCE_DATE_EPOCH="$(git log -1 --format=%ct)" --timestamp "$(git log -1 --format=%ct)" . >"$store/build.log" 2>&1 ||
    { tail -n 30 "$store/build.log" >&2; fail "the build failed"; }
  mkdir -p "$(dirname "$image")"
  rm -f "$image"
  run_tool save --quiet --format docker-archive --output "$image" "$name"
}

in_image() { # OPTION.. -- ARGUMENT..
  local options=()
  while [[ $1 != -- ]]; do
    options+=("$1")
    shift
  done
  shift
  run_tool run --rm --network none --ulimit nofile=4096:4096 --ulimit nproc=4096:4096 --cap-drop all --read-only \
    --security-opt no-new-privileges "${options[@]}" "$name" "$@"
}

# The label is WANTED, and the program says it of itself.
expect_label() { # LABEL WANTED SAID
  local label
  label=$(run_tool inspect --format "{{index .Config.Labels \"org.opencontainers.image.$1\"}}" "$name")
  [[ $label == "$2" && $3 == *"$2"* ]] || fail "the label says $1 $label, the program: $3; wanted $2"
}

look_at_it() {
  local said size export=$store/export
  said=$(in_image --user 65532:65532 -- --version)
  echo "image: $said"
  expect_label version "$version" "$said"
  expect_label revision "$commit" "$said"
  in_image --entrypoint nfs-subdir-provisioner -- --version >/dev/null || fail "it is not found by its name"
  if in_image --entrypoint /bin/sh -- -c true 2>/dev/null; then fail "there is a shell in it"; fi
  local private=$export/.nfs-subdir-provisioner
  mkdir -p "$private"/archives "$private"/clusters/image/{creating,resting,trash,volumes}
  echo '{"version":1,"id":"image"}' >"$private/export.json"
  echo '{"version":1,"id":"image","name":"image","heartbeat":"2026-01-01T00:00:00Z"}' >"$private/clusters/image/cluster.json"
  chmod -R a+rwX "$export"
  in_image --user 65532:65532 --volume "$export:/persistentvolumes" -- archives list || fail "the verbs do not work in it"
  size=$(gzip -9 --stdout "$image" | wc -c)
  printf 'image: %s, %d.%d MB compressed\n' "$image" $((size / 1000000)) $((size / 100000 % 10))
  ((size <= largest)) || fail "that is more than $largest bytes"
}

[[ $(id -u) == 0 ]] || fail "building images here needs root"
tests/cluster/setup.sh packages image-tools
mkdir -p "$store"
set_commit
make_base
build
look_at_it
