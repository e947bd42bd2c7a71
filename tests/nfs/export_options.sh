#!/bin/bash
# In the guest of nfs.sh: what docs/nfs-server.md says about options of an export, on a real NFS server. `check` must say
# so: the API server, which is not there, is no matter.
#   nfs.sh export_options.sh PROGRAM
set -euo pipefail
readonly program=$1

fail() {
  echo "FAILED: $1"
  exit 1
}

# The export /data with these options, in a directory of this owner, mounted anew.
export_with() { # OPTIONS OWNER
  umount /mnt/nfs
  printf '%s\n' '/ 127.0.0.1(ro,sync,no_subtree_check,fsid=0)' "/data 127.0.0.1($1,no_subtree_check,fsid=1)" >/etc/exports
  exportfs -ra
  chown "$2:$2" /export/data
  chmod 0755 /export/data
  mount -t nfs -o "vers=${VERSION:-4.2},hard" 127.0.0.1:/data /mnt/nfs
}

check_as() { # USER
  setpriv --reuid "$1" --regid "$1" --clear-groups "$program" --nfs-server 127.0.0.1 --nfs-path /data \
    --provisioner-name example.com/nfs --mount-dir /mnt/nfs check || true
}

expect_check() { # USER TEXT
  local said
  said=$(check_as "$1")
  [[ $said == *"$2"* ]] || fail "check as $1 did not say '$2', but: $said"
}

# What a pod as root finds in a volume's directory.
expect_chown() { # works | fails
  local result=works
  mkdir -m 0777 /mnt/nfs/volume
  : >/mnt/nfs/volume/file
  chown 999 /mnt/nfs/volume/file 2>/dev/null || result=fails
  rm /mnt/nfs/volume/file
  rmdir /mnt/nfs/volume
  [[ $result == "$1" ]] || fail "chown $result"
}

readonly writable='directories and files can be made, renamed, synced and removed'

export_with rw,sync,no_root_squash 0
expect_check 0 "$writable"
expect_chown works

export_with rw,sync,root_squash 0
expect_check 0 'Permission denied (the export may squash root'

export_with rw,sync,root_squash 65534
expect_check 0 "$writable"
expect_check 65534 "$writable"
expect_chown fails

export_with rw,sync,root_squash 65532
expect_check 65532 "$writable"
expect_check 0 'Permission denied (the export may squash root'

export_with rw,sync,all_squash,anonuid=1000,anongid=1000 1000
expect_check 0 "$writable"
expect_chown fails

export_with ro,sync,no_root_squash 0
expect_check 0 'Read-only file system (the export or its mount is read-only)'

VERSION=3 export_with rw,sync,no_root_squash 0
expect_check 0 'nfs mount of 127.0.0.1:/data'
expect_check 0 "$writable"

umount /mnt/nfs
expect_check 0 'not NFS: right for a test or a bind mount, else the export is not mounted'

said=$(mount -t nfs -o vers=4.2 127.0.0.1:/nothing /mnt/nfs 2>&1) && fail 'what is not exported was mounted'
[[ $said == *'No such file or directory'* ]] || fail "mount said: $said"
[[ $(showmount -e 127.0.0.1) == *'/data 127.0.0.1'* ]] || fail 'showmount does not list the export'
echo 'all options of the export are as the document says'
