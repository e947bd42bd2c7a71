# shellcheck shell=bash
# shellcheck disable=SC2154 # image.sh sets these
# Looks at the image that image.sh has built: it is for that architecture, runs, as anybody, on a read-only root, has no
# shell, and is small. On a machine of another architecture it runs under qemu.
readonly largest=$((20 * 1024 * 1024))

# PROGRAM is one of the image's, by its path.
in_image() { # OPTION.. -- PROGRAM ARGUMENT..
  local options=()
  while [[ $1 != -- ]]; do
    options+=("$1")
    shift
  done
  shift
  if [[ $of != "$machine" ]]; then
    options+=(--volume "$emulator:/emulator:ro")
    set -- /emulator "$@"
  fi
  run_tool run --rm --platform "linux/$of" --network none --ulimit nofile=4096:4096 --ulimit nproc=4096:4096 \
    --cap-drop all --read-only --security-opt no-new-privileges "${options[@]}" --entrypoint "$1" "$name" "${@:2}"
}

# The label is WANTED, and the program says it of itself.
expect_label() { # LABEL WANTED SAID
  local label
  label=$(run_tool inspect --format "{{index .Config.Labels \"org.opencontainers.image.$1\"}}" "$name")
  [[ $label == "$2" && $3 == *"$2"* ]] || fail "the label says $1 $label, the program: $3; wanted $2"
}

# ELF's number of the machine that a program is for.
expect_machine() { # PROGRAM
  local number wanted
  case $of in
    amd64) wanted=62 ;;
    arm64) wanted=183 ;;
  esac
  number=$(od --address-radix=n --skip-bytes=18 --read-bytes=2 --format=u2 --endian=little "$1")
  ((number == wanted)) || fail "${1##*/} is not for $of: its ELF header says machine $((number))"
}

# What is written in the image, without running anything of it.
look_at_files() {
  local root file
  [[ $(run_tool inspect --format '{{.Os}}/{{.Architecture}}' "$name") == "linux/$of" ]] || fail "it does not say linux/$of"
  [[ $(run_tool inspect --format '{{.Config.Entrypoint}}' "$name") == '[/nfs-subdir-provisioner]' ]] || fail 'it starts something else'
  root=$(run_tool image mount "$name")
  expect_machine "$root/nfs-subdir-provisioner"
  while read -r file; do expect_machine "$file"; done < <(find "$root" -type f -name '*.so*')
  run_tool image unmount "$name" >/dev/null
}

refuses_wrong_setting() {
  local said status=0
  said=$(in_image --env NFS_SERVER=nfs --env NFS_PATH=relative --env PROVISIONER_NAME=example.com/nfs -- \
    /nfs-subdir-provisioner check 2>&1) || status=$?
  [[ $status == 2 && $said == *'is not absolute'* ]] || fail "check of a wrong path ends with $status and says: $said"
  echo "image: check refuses a wrong setting: $said"
}

verbs_work() {
  local export=$store/export
  local private=$export/.nfs-subdir-provisioner
  mkdir -p "$private"/archives "$private"/clusters/image/{creating,resting,trash,volumes}
  echo '{"version":1,"id":"image"}' >"$private/export.json"
  echo '{"version":1,"id":"image","name":"image","heartbeat":"2026-01-01T00:00:00Z"}' >"$private/clusters/image/cluster.json"
  chmod -R a+rwX "$export"
  in_image --user 65532:65532 --volume "$export:/persistentvolumes" -- /nfs-subdir-provisioner archives list ||
    fail 'the verbs do not work in it'
}

look_at_it() { # ARCHITECTURE IMAGE.tar
  local of=$1 said size
  if [[ $of != "$machine" ]]; then make_emulator || fail 'there is no emulator to run it'; fi
  look_at_files
  said=$(in_image --user 65532:65532 -- /nfs-subdir-provisioner --version)
  echo "image: $said"
  expect_label version "$version" "$said"
  expect_label revision "$commit" "$said"
  in_image -- /usr/bin/nfs-subdir-provisioner --help >/dev/null || fail 'it is not found by its name, or has no help'
  if in_image -- /bin/sh -c true 2>/dev/null; then fail 'there is a shell in it'; fi
  refuses_wrong_setting
  verbs_work
  size=$(gzip -9 --stdout "$2" | wc -c)
  printf 'image: %s for %s, %d.%d MB compressed\n' "$2" "$of" $((size / 1000000)) $((size / 100000 % 10))
  ((size <= largest)) || fail "that is more than $largest bytes"
}
