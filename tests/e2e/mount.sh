#!/usr/bin/env bash
# Stands in for mount(8) in the kubelet's PATH, where the kernel knows no NFS: an NFS mount becomes a bind mount of the
# directory below NODE_EXPORT that stands for EXPORTED, and is noted in NODE_MOUNTS ("SERVER:PATH OPTIONS"). Everything
# else goes to the real one.
set -u
readonly real=/usr/bin/mount exported=/data/nfs
all=("$@") type='' options='' rest=()
while (($# > 0)); do
  case $1 in
    -t) type=$2 && shift ;;
    -o) options=$options${options:+,}$2 && shift ;;
    *) rest+=("$1") ;;
  esac
  shift
done
if [[ $type != nfs && $type != nfs4 ]]; then exec "$real" "${all[@]}"; fi

fail() {
  echo "mount.nfs: mounting ${rest[0]} failed, reason given by server: $1" >&2
  exit 32
}

path=${rest[0]#*:}
echo "${rest[0]} $options" >>"$NODE_MOUNTS"
[[ $path == "$exported" || $path == "$exported"/* ]] || fail 'access denied'
directory=$(realpath -e -- "$NODE_EXPORT${path#"$exported"}" 2>/dev/null) || fail 'No such file or directory'
[[ $directory == "$NODE_EXPORT" || $directory == "$NODE_EXPORT"/* ]] || fail 'No such file or directory'
"$real" --bind "$directory" "${rest[1]}" || exit 32
if [[ ,$options, == *,ro,* ]]; then "$real" -o remount,bind,ro "${rest[1]}" || exit 32; fi
