#!/bin/bash
# In user-mode Linux: an NFS server, a mount of it, then the command that nfs.sh was given.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C
ulimit -n 1024
exec >/mnt/room/output 2>&1

serve() {
  ip link set lo up
  modprobe -a nfsd nfs nfsv4
  mkdir -p /export /mnt/nfs /var/lib/nfs/rpc_pipefs /var/lib/nfs/v4recovery /run/rpcbind
  # An overlay cannot be exported, and every export of NFS 4 is a mount of its own.
  mount -t tmpfs tmpfs /export
  mkdir -p /export/data
  mount -t tmpfs tmpfs /export/data
  touch /var/lib/nfs/etab /var/lib/nfs/rmtab /var/lib/nfs/state
  printf '\n[exports]\nrootdir=/export\n' >>/etc/nfs.conf
  printf '%s\n' '/ 127.0.0.1(ro,sync,no_subtree_check,fsid=0)' \
    '/data 127.0.0.1(rw,sync,no_subtree_check,no_root_squash,fsid=1)' >/etc/exports
  mount -t nfsd nfsd /proc/fs/nfsd
  mount -t rpc_pipefs sunrpc /var/lib/nfs/rpc_pipefs
  rpcbind -w
  rpc.statd --no-notify
  exportfs -ra
  rpc.mountd
  rpc.nfsd --grace-time 10 --lease-time 10 4
  mount -t nfs -o vers=4.2,hard 127.0.0.1:/data /mnt/nfs
}

status=1
if serve; then
  grep ' /mnt/nfs ' /proc/mounts | cut -d' ' -f1-3
  STORAGE_TEST_DIR=/mnt/nfs bash /mnt/room/command
  status=$?
else
  echo "nfs.sh: no NFS mount could be had in the guest"
fi
echo "$status" >/mnt/room/status
sync
echo o >/proc/sysrq-trigger
sleep 10
