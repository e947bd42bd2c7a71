#!/usr/bin/env bash
# Compiles the program for arm64 on another machine, in a Debian of its own, and lets it say its version there (under
# qemu, without changing this machine's binfmt). The program lands in build/arm64/nfs-subdir-provisioner.
# The Debian is kept in the cache; REFRESH=1 makes it anew. Needs root.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly cache=${XDG_CACHE_HOME:-$HOME/.cache}/nfs-subdir-provisioner
readonly base=$cache/cross-bookworm-arm64.tar
readonly room=$PWD/build/arm64/room
readonly tools=crossbuild-essential-arm64,cmake,ninja-build,qemu-user-static
readonly libraries=libcurl4-openssl-dev:arm64,libssl-dev:arm64,libboost1.81-dev:arm64,\
libboost-filesystem1.81-dev:arm64,libyaml-cpp-dev:arm64,libfmt-dev:arm64,prometheus-cpp-dev:arm64,rapidjson-dev,\
libcli11-dev

fail() {
  echo "cross: $*" >&2
  exit 1
}

drop_room() { rm -rf --one-file-system "$room"; }
trap drop_room EXIT
trap 'exit 130' INT TERM HUP

make_base() {
  if [[ -f $base && ${REFRESH:-0} != 1 ]]; then return; fi
  echo 'cross: a Debian with a cross compiler and arm64 libraries (once, about two minutes)'
  mkdir -p "$cache"
  mmdebstrap --quiet --variant=minbase --architectures=amd64,arm64 --include="$tools,$libraries" bookworm "$base.new.tar"
  mv "$base.new.tar" "$base"
}

enter_room() {
  drop_room
  mkdir -p "$room"
  tar --extract --file "$base" --directory "$room"
  mkdir -p "$room/src/docker"
  cp -r CMakeLists.txt CMakePresets.json k8s provisioner "$room/src"
  cp docker/arm64.cmake "$room/src/docker"
}

in_room() { chroot "$room" env -C /src PATH=/usr/bin:/bin:/usr/sbin:/sbin "$@"; }

build_program() {
  in_room cmake --preset release --toolchain docker/arm64.cmake -D NFS_COMMIT="$(git rev-parse --short=12 HEAD)" || return
  in_room cmake --build --preset release --target nfs-subdir-provisioner --parallel "${JOBS:-$(nproc)}"
}

compile() {
  local start=$SECONDS
  echo 'cross: compiling for arm64 (about four minutes on two cores)'
  if ! build_program >"$room/log" 2>&1; then
    tail -n 30 "$room/log" >&2
    fail 'it does not compile'
  fi
  echo "cross: compiled, $((SECONDS - start)) s"
}

look_at_it() {
  local program=build/release/provisioner/nfs-subdir-provisioner
  cp "$room/src/$program" build/arm64/
  aarch64_header build/arm64/nfs-subdir-provisioner || fail 'that is no program for arm64'
  echo "cross: under qemu it says: $(in_room qemu-aarch64-static "$program" --version)"
}

# Bytes 18 and 19 of an ELF file name the machine: 183.
aarch64_header() { # FILE
  [[ $(od --address-radix=n --skip-bytes=18 --read-bytes=2 --format=u2 --endian=little "$1") -eq 183 ]]
}

[[ $(id -u) == 0 ]] || fail 'this needs root'
[[ $(dpkg --print-architecture) == amd64 ]] || fail 'this is for machines of amd64'
tests/cluster/setup.sh packages image-tools
make_base
enter_room
compile
look_at_it
