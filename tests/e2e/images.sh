# shellcheck shell=bash
# The image that the pods of the tests run, also under the name of upstream's: busybox, whose default command sleeps.
image_tool() { podman --root "$1/root" --runroot "$1/run" --storage-driver vfs "${@:2}"; }

make_busybox_image() { # IMAGE.tar
  local room upstream
  room=$(mktemp -d)
  upstream=$(sed -n 's/^ *image: //p' tests/charts/upstream/templates/workload.yaml)
  mkdir -p "$room/files/bin" "$room/files/tmp" "$room/files/proc" "$room/files/data"
  cp /bin/busybox "$room/files/bin/busybox"
  busybox --list | grep -vx busybox | (cd "$room/files/bin" && xargs -I{} ln -s busybox {})
  tar -C "$room/files" -cf "$room/files.tar" .
  image_tool "$room" import --quiet --change 'CMD ["/bin/sleep", "infinity"]' --change 'ENV PATH=/bin' "$room/files.tar" \
    localhost/busybox:1 >/dev/null
  image_tool "$room" tag localhost/busybox:1 "$upstream"
  rm -f "$1"
  image_tool "$room" save --quiet --format docker-archive --multi-image-archive --output "$1" localhost/busybox:1 "$upstream"
  rm -rf "$room"
}
