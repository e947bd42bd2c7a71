# shellcheck shell=bash
# For images that are built without a registry: a minimal Debian, from its mirror, and an emulator. Both are kept in the
# cache; REFRESH=1 makes the Debian anew.
machine=$(dpkg --print-architecture)
base=${XDG_CACHE_HOME:-$HOME/.cache}/nfs-subdir-provisioner/base-bookworm-$machine.tar
emulator=${base%/*}/qemu-aarch64-static
readonly machine base emulator

make_base() {
  local new
  if [[ -f $base && ${REFRESH:-0} != 1 ]]; then return; fi
  echo "image: a minimal Debian as the base (once, about a minute)"
  mkdir -p "${base%/*}"
  new=$(mktemp "$base.XXXXXX.tar") # not the one that another run writes
  mmdebstrap --quiet --variant=minbase bookworm "$new" || { rm -f "$new"; return 1; }
  mv "$new" "$base"
}

# What runs arm64's programs. Debian's package is unpacked, not installed: that would let this machine run such programs
# as its own (binfmt), until the package goes.
make_emulator() {
  local room
  if [[ -x $emulator ]]; then return; fi
  echo 'image: fetching the emulator of arm64 (once)'
  room=$(mktemp -d)
  mkdir -p "${emulator%/*}"
  (cd "$room" && { apt-get download -q qemu-user-static || { apt-get update -q && apt-get download -q qemu-user-static; }; }) \
    >"$room/log" 2>&1 || { cat "$room/log" >&2; rm -rf "$room"; return 1; }
  dpkg-deb --fsys-tarfile "$room"/*.deb | tar --extract --directory "$room" ./usr/bin/qemu-aarch64-static
  mv "$room/usr/bin/qemu-aarch64-static" "$emulator"
  rm -rf "$room"
}
