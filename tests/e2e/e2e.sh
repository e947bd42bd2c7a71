#!/usr/bin/env bash
# Stories with real pods: kubelet, containerd and runc beside a control plane of its own, the image of this program, its
# chart. Each story has a cluster of its own. Needs root; leaves nothing behind.
#   e2e.sh [IMAGE.tar]   the program's image, as docker/image.sh makes it (without one it is made)
# STORIES names them: main (story.sh; that one without it), and folders of examples (examples/NAME.sh).
# Status 77: this machine cannot run pods, or there is no network to fetch what a story needs, and the output says why; the
# line is also added to the file CI_NOTES, if that is set. KEEP=1 leaves the logs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
here=tests/e2e
# shellcheck source=tests/e2e/images.sh
source "$here/images.sh"

note_skipped() { # WHY
  echo "e2e: SKIPPED: $*" >&2
  if [[ -n ${CI_NOTES:-} ]]; then echo "skipped: e2e: $*" >>"$CI_NOTES"; fi
}

skip() { # WHY
  note_skipped "nothing was tested: $*"
  exit 77
}

# What this machine must allow.
look_at_machine() {
  local group
  [[ $(id -u) == 0 ]] || skip 'pods need root'
  unshare --mount --pid --net --fork --mount-proc true 2>/dev/null || skip 'no new namespaces (CAP_SYS_ADMIN is missing)'
  for group in /sys/fs/cgroup /sys/fs/cgroup/*/; do
    if [[ -e $group/cgroup.procs ]]; then
      mkdir "$group/e2e-$$" 2>/dev/null || skip "no control group can be made in $group"
      rmdir "$group/e2e-$$"
    fi
  done
}

# What this node could leave behind on the machine, and nothing that others make there meanwhile: another run, too, has
# a node. vm.max_map_count is this run's as long as it holds the lock.
traces() {
  local name
  awk -v dir="$dir" '{$1 = $2 = ""} index($0, dir) || $5 ~ "^/(run|var/lib|var/log|proc/sys/.*)$"' /proc/self/mountinfo | sort
  for name in /opt/{cni,containerd} /usr/libexec/kubernetes /var/lib/{kubelet,containerd,cni,etcd,kubernetes} \
    /var/log/{pods,containers} /run/{containerd,runc,cni,netns,flannel,kubernetes} /etc/{cni,containerd,kubernetes}; do
    if [[ -e $name ]]; then echo "$name"; fi
  done
  "$here/node.sh" groups "$dir/node"
  sysctl --ignore vm.overcommit_memory vm.panic_on_oom kernel.panic kernel.panic_on_oops
  pgrep --full --list-full -- "$dir/" || true
  find /proc/[0-9]*/cwd -lname "$dir/*" 2>/dev/null || true
}

# The story writes the machine's own value there before it sets another one, with the lock.
put_map_count_back() {
  if [[ -s $dir/map_count ]]; then cat "$dir/map_count" >/proc/sys/vm/max_map_count; fi
}

clean_up() {
  local status=$? after
  "$here/node.sh" down "$dir/node" || status=1
  put_map_count_back || status=1
  after=$(traces)
  if [[ $after != "$before" ]]; then
    echo 'e2e: FAILED: something was left behind on this machine:' >&2
    diff <(echo "$before") <(echo "$after") >&2 || true
    status=1
  fi
  if ((status != 0 && status != 77)) || [[ ${KEEP:-0} == 1 ]]; then
    echo "e2e: logs are in $dir" >&2
  else
    rm -rf --one-file-system "$dir"
  fi
  exit "$status"
}

script_of() { # STORY
  if [[ $1 == main ]]; then
    echo "$here/story.sh"
  else
    echo "$here/examples/$1.sh"
  fi
}

play() { # STORY
  local needed status=0
  "$here/needs.sh" "$1" >"$dir/needed" || status=$?
  if ((status == 77)); then
    note_skipped "$1: there is no network to fetch what it needs"
    skipped=1
    return
  fi
  if ((status != 0)); then
    echo "e2e: FAILED: $1: what it needs could not be made" >&2
    exit "$status"
  fi
  mapfile -t needed <"$dir/needed"
  echo "e2e: $1: starting a control plane and a node"
  "$here/node.sh" up "$dir/node" "$dir/busybox.tar" "$image" "${needed[@]}"
  NODE_DIR=$dir/node "$here/node.sh" enter "$dir/node" "$(script_of "$1")"
  "$here/node.sh" down "$dir/node"
  if [[ ${KEEP:-0} == 1 ]]; then mv "$dir/node" "$dir/$1"; else rm -rf --one-file-system "$dir/node"; fi
}

read -ra stories <<<"${STORIES:-main}"
for story in "${stories[@]}"; do
  if [[ ! -x $(script_of "$story") ]]; then
    echo "e2e: there is no story '$story'" >&2
    exit 2
  fi
done
look_at_machine
tests/cluster/setup.sh packages image-tools
tests/cluster/setup.sh pods
tests/cluster/setup.sh control-plane
tests/cluster/setup.sh helm
image=$(realpath -m -- "${1:-build/image.tar}")
if (($# == 0)); then docker/image.sh "$image"; fi
dir=$(mktemp -d)
export MAP_COUNT=$dir/map_count
exec 9</ # for flock: the machine's root is the same directory for every run
before=$(traces)
trap clean_up EXIT
trap 'exit 130' INT TERM HUP
make_busybox_image "$dir/busybox.tar"
skipped=0
for story in "${stories[@]}"; do play "$story"; done
if ((skipped)); then exit 77; fi
