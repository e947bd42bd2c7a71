#!/usr/bin/env bash
# Runs a program on a real NFS mount: nfs.sh PROGRAM [ARGUMENT..]
# The machine's own kernel may know no NFS and may not be touched, so user-mode Linux boots this machine's files (read
# only, changes go to memory), serves NFS by the kernel's server, mounts it (4.2, hard) and runs PROGRAM as root there
# with STORAGE_TEST_DIR naming the mount. The exit status is PROGRAM's. About 4 s beside the program's own time.
# Sanitizers do not start in there.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
(($# > 0)) || {
  echo "usage: nfs.sh PROGRAM [ARGUMENT..]" >&2
  exit 2
}
for tool in linux.uml rpc.nfsd rpcbind; do
  PATH=$PATH:/usr/sbin command -v "$tool" >/dev/null || {
    echo "nfs.sh: $tool is missing: tests/cluster/setup.sh packages nfs" >&2
    exit 1
  }
done

room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
printf '%q ' "$(readlink -f "$1")" "${@:2}" >"$room/command"

# One processor: user-mode Linux is ten times slower when the kernel moves it about.
timeout "${NFS_DEADLINE:-600}" taskset -c "${NFS_CPU:-0}" linux.uml mem=512M uml_dir="$room/uml" \
  root=/dev/root rootfstype=hostfs rootflags=/ ro init="$here/boot.sh" ROOM="$room" GUEST="$here/guest.sh" \
  con=null con0=null,fd:1 con1=null quiet </dev/null >"$room/console" 2>&1 || true

cat "$room/output" 2>/dev/null || true
if [[ ! -s $room/status ]]; then
  echo "nfs.sh: the guest left no status; its console:" >&2
  tail -20 "$room/console" >&2
  exit 1
fi
exit "$(<"$room/status")"
