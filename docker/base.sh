# shellcheck shell=bash
# The base of images that are built without a registry: a minimal Debian, from its mirror. REFRESH=1 makes it anew.
base=${XDG_CACHE_HOME:-$HOME/.cache}/nfs-subdir-provisioner/base-bookworm-$(dpkg --print-architecture).tar
readonly base

make_base() {
  local new
  if [[ -f $base && ${REFRESH:-0} != 1 ]]; then return; fi
  echo "image: a minimal Debian as the base (once, about a minute)"
  mkdir -p "${base%/*}"
  new=$(mktemp "$base.XXXXXX.tar") # not the one that another run writes
  mmdebstrap --quiet --variant=minbase bookworm "$new" || { rm -f "$new"; return 1; }
  mv "$new" "$base"
}
