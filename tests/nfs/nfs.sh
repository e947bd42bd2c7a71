#!/usr/bin/env bash
# Runs a program on a real NFS mount: nfs.sh PROGRAM [ARGUMENT..]
# The machine's own kernel may know no NFS and may not be touched, so user-mode Linux boots this machine's files (read
# only, changes go to memory), serves NFS by the kernel's server, mounts it (4.2, hard) and runs PROGRAM as root there
# with STORAGE_TEST_DIR naming the mount. The exit status is PROGRAM's. About 4 s beside the program's own time.
# Sanitizers do not start in there.
# Status 77: user-mode Linux cannot boot on this machine, and the output says why; the line is also added to the file
# CI_NOTES, if that is set.
#   NFS_DEADLINE=600       ends the guest after so many seconds
#   NFS_WIDE_REGISTERS=1   loads wide_registers.c on any processor, 0 on none; without it: on those that need it
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

fail() { # STATUS TEXT
  echo "nfs.sh: $2" >&2
  exit "$1"
}

need() { # HINT TOOL..
  local hint=$1 tool
  shift
  for tool in "$@"; do
    PATH=$PATH:/usr/sbin command -v "$tool" >/dev/null || fail 1 "$tool is missing: tests/cluster/setup.sh packages $hint"
  done
}

has_wide_registers() {
  case ${NFS_WIDE_REGISTERS:-auto} in
    0) return 1 ;;
    1) return 0 ;;
    auto) grep -qw amx_tile /proc/cpuinfo ;;
    *) fail 2 "NFS_WIDE_REGISTERS is '$NFS_WIDE_REGISTERS': 0, 1 or auto" ;;
  esac
}

compile_preload() {
  need build cc
  cc -std=gnu11 -O2 -Wall -Wextra -Werror -shared -fPIC -o "$room/wide_registers.so" "$here/wide_registers.c"
}

# One processor: user-mode Linux is ten times slower when the kernel moves it about.
boot() { # NAME=VALUE..
  timeout "$deadline" taskset -c "${NFS_CPU:-0}" env "$@" linux.uml mem=512M uml_dir="$room/uml" \
    root=/dev/root rootfstype=hostfs rootflags=/ ro init="$here/boot.sh" ROOM="$room" GUEST="$here/guest.sh" \
    con=null con0=null,fd:1 con1=null quiet </dev/null >"$room/console" 2>&1 || boot_status=$?
}

why_not_booted() {
  if ((boot_status == 124)); then printf 'not in %s s; ' "$deadline"; fi
  grep -aE -m1 'failed, errno|panic' "$room/console" || grep -a . "$room/console" | tail -1 | grep . || echo 'its console is empty'
}

skip() { # TEXT
  echo "nfs.sh: SKIPPED, nothing was tested: $1" >&2
  if [[ -n ${CI_NOTES:-} ]]; then echo "skipped: nfs: $1" >>"$CI_NOTES"; fi
  exit 77
}

deadline=${NFS_DEADLINE:-600}
boot_status=0
(($# > 0)) || fail 2 'usage: nfs.sh PROGRAM [ARGUMENT..]'
need nfs linux.uml rpc.nfsd rpcbind
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
printf '%q ' "$(readlink -f "$1")" "${@:2}" >"$room/command"
preload=()
if has_wide_registers; then
  compile_preload
  preload=("LD_PRELOAD=$room/wide_registers.so")
fi
boot "${preload[@]}" 2>/dev/null # the shell's own word on a guest that was aborted; console has all else
cat "$room/output" 2>/dev/null || true
# boot.sh leaves this as soon as it runs: what fails later is a failure of ours.
if [[ ! -e $room/booted ]]; then skip "user-mode Linux cannot boot here: $(why_not_booted)"; fi
if [[ ! -s $room/status ]]; then
  if ((boot_status == 124)); then fail 1 "the guest was ended after $deadline s (NFS_DEADLINE); the program had not ended"; fi
  tail -20 "$room/console" >&2
  fail 1 'the guest booted but left no status; the end of its console is above'
fi
exit "$(<"$room/status")"
