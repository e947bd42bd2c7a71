# shellcheck shell=bash
# The base of images that are built without a registry: a minimal Debian, from its mirror. REFRESH=1 makes it anew.
base=${XDG_CACHE_HOME:-$HOME/.cache}/nfs-subdir-provisioner/base-bookworm-$(dpkg --print-architecture).tar
readonly base

make_base() {
  if [[ -f $base && ${REFRESH:-0} != 1 ]]; then return; fi
  echo "image: a minimal Debian as the base (once, about a minute)"
  mkdir -p "${base%/*}"
  mmdebstrap --quiet --variant=minbase bookworm "$base.new.tar"
  mv "$base.new.tar" "$base"
}
