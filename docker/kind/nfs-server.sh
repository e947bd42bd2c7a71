#!/bin/bash
# In a privileged container of Debian: the kernel's NFS server, NFS 4 only, with /export (a volume: an overlay cannot
# be exported). Writes /ready when it serves.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -q -y --no-install-recommends nfs-kernel-server
mkdir -p /var/lib/nfs/rpc_pipefs /var/lib/nfs/v4recovery /run/rpcbind
echo '/export *(rw,sync,no_subtree_check,no_root_squash,fsid=1)' >/etc/exports
mount -t nfsd nfsd /proc/fs/nfsd
mount -t rpc_pipefs sunrpc /var/lib/nfs/rpc_pipefs
rpcbind -w
exportfs -ra
rpc.mountd
rpc.nfsd --no-nfs-version 3 --grace-time 10 --lease-time 10 4
# The server is threads of the kernel: they outlive this process unless they are told to end.
trap 'rpc.nfsd 0; exportfs -ua; exit 0' TERM INT
touch /ready
sleep infinity &
wait
