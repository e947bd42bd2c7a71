# shellcheck shell=bash
# The images that the pods of the tests run, made without a registry.
# shellcheck source=docker/base.sh
source docker/base.sh
image_tool() { "$1" --root "$2/root" --runroot "$2/run" --storage-driver vfs "${@:3}"; } # PROGRAM ROOM ARGUMENT..

# Busybox, whose default command sleeps; also under the names of upstream's image and of that in the examples.
make_busybox_image() { # IMAGE.tar
  local room tags=(localhost/busybox:1 docker.io/library/busybox:1.36)
  room=$(mktemp -d)
  tags+=("$(sed -n 's/^ *image: //p' tests/charts/upstream/templates/workload.yaml)")
  mkdir -p "$room/files/bin" "$room/files/tmp" "$room/files/proc" "$room/files/data"
  cp /bin/busybox "$room/files/bin/busybox"
  busybox --list | grep -vx busybox | (cd "$room/files/bin" && xargs -I{} ln -s busybox {})
  tar -C "$room/files" -cf "$room/files.tar" .
  image_tool podman "$room" import --quiet --change 'CMD ["/bin/sleep", "infinity"]' --change 'ENV PATH=/bin' \
    "$room/files.tar" "${tags[0]}" >/dev/null
  image_tool podman "$room" tag "${tags[@]}"
  rm -f "$1"
  image_tool podman "$room" save --quiet --format docker-archive --multi-image-archive --output "$1" "${tags[@]}"
  rm -rf "$room"
}

# Changes whenever the recipe or what goes into the image does; not when Debian has newer packages: see REFRESH.
hash_of_image() { # TAG FILE..
  { echo "$1" && basename "$base" && cat "${@:2}"; } | sha256sum | cut -c1-16
}

build_image() { # TAG IMAGE.tar FILE..
  local tag=$1 result=$2 new room status=0
  shift 2
  room=$(mktemp -d)
  mkdir "$room/context"
  cp "$@" "$room/context"
  image_tool podman "$room" import --quiet "$base" localhost/debian:bookworm >/dev/null
  image_tool buildah "$room" bud --quiet --isolation chroot --pull-never --build-arg BASE=localhost/debian:bookworm \
    --tag "$tag" "$room/context" >"$room/log" 2>&1 || status=$?
  if ((status == 0)); then
    new=$(mktemp --dry-run "$result.XXXXXX") # not the one that another run writes; `save` wants no file there
    image_tool podman "$room" save --quiet --format docker-archive --output "$new" "$tag"
    mv "$new" "$result"
  else
    tail -n 20 "$room/log" >&2
  fi
  rm -rf "$room"
  return "$status"
}

# Prints where the image is that images/NAME describes, with FILEs beside its recipe. It is made if the cache does not
# have it, and then, too, if REFRESH is 1.
keep_image() { # NAME TAG FILE..
  local name=$1 tag=$2 image
  shift 2
  set -- tests/e2e/images/"$name"/* "$@"
  image=${base%/*}/image-$name-$(hash_of_image "$tag" "$@").tar
  if [[ ! -f $image || ${REFRESH:-0} == 1 ]]; then
    make_base >&2
    echo "e2e: making the image $tag (once)" >&2
    build_image "$tag" "$image" "$@"
  fi
  echo "$image"
}
