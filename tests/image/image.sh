#!/usr/bin/env bash
# docker/image.sh with stand-ins for buildah, podman and what says who and where we are: image.sh TEST
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export CALLS=$scratch/calls ROOT=$scratch/root STORE=$scratch/store XDG_CACHE_HOME=$scratch/cache SKIP_PACKAGES=1
: >"$CALLS"

failed() { # TEXT
  echo "FAILED: $1" >&2
  cat "$scratch/said" "$CALLS" >&2
  exit 1
}

set_stage() {
  local name cache=$XDG_CACHE_HOME/nfs-subdir-provisioner
  mkdir -p "$scratch/bin" "$cache" "$ROOT"
  for name in buildah podman id dpkg; do ln -s "$here/stand_in.sh" "$scratch/bin/$name"; done
  touch "$cache/base-bookworm-amd64.tar" "$cache/qemu-aarch64-static"
  chmod +x "$cache/qemu-aarch64-static"
}

build() { # STATUS ARGUMENT..
  local status=0
  PATH=$scratch/bin:$PATH "$here/../../docker/image.sh" "${@:2}" >"$scratch/said" 2>&1 || status=$?
  [[ $status == "$1" ]] || failed "ended with $status, not $1"
}

expect_said() { grep -qF -- "$1" "$scratch/said" || failed "did not say: $1"; }
expect_called() { grep -qF -- "$1" "$CALLS" || failed "did not call: $1"; }
expect_not_called() { if grep -qF -- "$1" "$CALLS"; then failed "called: $1"; fi; }
expect_file() { [[ -s $scratch/$1 ]] || failed "did not write $1"; }

test_own() {
  build 0 "$scratch/image.tar"
  expect_file image.tar
  expect_called '--platform linux/amd64'
  expect_not_called /emulator
  expect_not_called manifest
}

test_arm64() {
  build 0 "$scratch/image.tar" arm64
  expect_file image-arm64.tar
  [[ ! -e $scratch/image.tar ]] || failed 'the image has the name of the other one'
  expect_called '--platform linux/arm64'
  expect_called "--volume $XDG_CACHE_HOME/nfs-subdir-provisioner/qemu-aarch64-static:/emulator:ro"
  expect_called '/nfs-subdir-provisioner check'
  expect_not_called manifest
}

test_both() {
  build 0 "$scratch/image.tar" amd64 arm64
  expect_file image.tar
  expect_file image-arm64.tar
  expect_called 'manifest add index id-of-amd64'
  expect_called 'manifest add index id-of-arm64'
  expect_called "oci-archive:$scratch/image-index.tar"
}

test_unknown() {
  build 1 "$scratch/image.tar" amd64 riscv64
  expect_said "a machine of amd64 makes no image for 'riscv64'"
  expect_not_called bud
}

test_wrong_label() {
  SAYS=amd64 build 1 "$scratch/image.tar" arm64
  expect_said 'it does not say linux/arm64'
}

test_wrong_program() {
  MACHINE='\x3e' build 1 "$scratch/image.tar" arm64
  expect_said 'is not for arm64: its ELF header says machine 62'
}

test_takes_all() {
  CHECKS=0 build 1 "$scratch/image.tar"
  expect_said 'check of a wrong path ends with 0'
}

test_shell() {
  SHELL_IN_IT=1 build 1 "$scratch/image.tar"
  expect_said 'there is a shell in it'
}

set_stage
"test_${1:?name a test}"
