#!/bin/bash
# In the guest of nfs.sh: the storage tests of file systems inside an export, where the NFS server has one below the
# export, shown by crossmnt.
#   nfs.sh inner_file_systems.sh TEST_PROGRAM
set -euo pipefail
readonly program=$1 base=/export/data/inner

umount /mnt/nfs
mkdir -p "$base/team-a"
mount -t tmpfs tmpfs "$base/team-a"
printf '%s\n' '/ 127.0.0.1(ro,sync,no_subtree_check,fsid=0)' \
  '/data 127.0.0.1(rw,sync,no_subtree_check,no_root_squash,fsid=1,crossmnt)' \
  '/data/inner/team-a 127.0.0.1(rw,sync,no_subtree_check,no_root_squash,fsid=2)' >/etc/exports
exportfs -ra
mount -t nfs -o "vers=4.2,hard" 127.0.0.1:/data /mnt/nfs
[[ $(stat -c %d /mnt/nfs/inner/team-a/.) != $(stat -c %d /mnt/nfs/inner) ]] || { echo 'FAILED: one device'; exit 1; }
STORAGE_INNER_TEST_DIR=/mnt/nfs/inner "$program" --warn NoTests 'on a real file system within another*'
