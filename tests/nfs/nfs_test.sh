#!/usr/bin/env bash
# nfs.sh with a stand-in for linux.uml, one case a call: nfs_test.sh CASE
# shellcheck disable=SC2016 # the stand-ins expand what stands in single quotes
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

mkdir "$dir/bin"
for tool in rpc.nfsd rpcbind; do ln -s /bin/true "$dir/bin/$tool"; done

# The stand-in sees the guest's room as $room, by ROOM= of its command line.
uml() { # COMMAND..
  cat >"$dir/bin/linux.uml" <<END
#!/bin/bash
for argument; do case \$argument in ROOM=*) room=\${argument#ROOM=} ;; esac; done
$*
END
  chmod +x "$dir/bin/linux.uml"
}

run() { # EXPECTED_STATUS [NAME=VALUE..]
  local expected=$1 status=0
  shift
  env PATH="$dir/bin:$PATH" NFS_WIDE_REGISTERS=0 CI_NOTES="$dir/notes" "$@" "$here/nfs.sh" /bin/true \
    >"$dir/output" 2>&1 || status=$?
  if ((status != expected)); then give_up "status is $status, not $expected"; fi
}

give_up() { # TEXT
  echo "$1; output:" >&2
  cat "$dir/output" >&2
  exit 1
}

expect() { # TEXT FILE
  grep -qF -- "$1" "$2" || give_up "'$1' is not in $2"
}

case $1 in
  passed_on)
    uml ': >$room/booted; echo said >$room/output; echo 5 >$room/status'
    run 5
    expect said "$dir/output"
    [[ ! -e $dir/notes ]] || give_up 'skipped'
    ;;
  cannot_boot)
    uml 'echo early; echo "userspace - ptrace set fp regs failed, errno = 14"; echo "Kernel panic: init"; kill -ABRT $$'
    run 77
    expect 'SKIPPED, nothing was tested' "$dir/output"
    expect 'skipped: nfs: user-mode Linux cannot boot here: userspace - ptrace set fp regs failed, errno = 14' "$dir/notes"
    uml 'echo early; sleep 60'
    run 77 NFS_DEADLINE=0.2
    expect 'cannot boot here: not in 0.2 s; early' "$dir/output"
    ;;
  no_status)
    uml ': >$room/booted; echo "Oops in the guest"'
    run 1
    expect 'Oops in the guest' "$dir/output"
    uml ': >$room/booted; sleep 60'
    run 1 NFS_DEADLINE=0.2
    expect 'the guest was ended after 0.2 s' "$dir/output"
    [[ ! -e $dir/notes ]] || give_up 'skipped'
    ;;
  wide_registers)
    uml ': >$room/booted; echo "preload=[${LD_PRELOAD##*/}]" >$room/output; echo 0 >$room/status'
    run 0
    expect 'preload=[]' "$dir/output"
    run 0 NFS_WIDE_REGISTERS=1
    expect 'preload=[wide_registers.so]' "$dir/output"
    run 2 NFS_WIDE_REGISTERS=yes
    expect "NFS_WIDE_REGISTERS is 'yes'" "$dir/output"
    run 0 NFS_WIDE_REGISTERS=auto
    if grep -qw amx_tile /proc/cpuinfo; then expect 'preload=[wide_registers.so]' "$dir/output"; fi
    ;;
  *) give_up "no case '$1'" ;;
esac
