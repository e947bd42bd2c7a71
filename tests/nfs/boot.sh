#!/bin/sh
# The first process in user-mode Linux: lays memory over the machine's files and goes on in there.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
mount -t proc proc /proc
mount -t tmpfs -o size=80% tmpfs /run
mkdir -p /run/room
mount -t hostfs -o "$ROOM" none /run/room
: >/run/room/booted
insmod "/usr/lib/uml/modules/$(uname -r)/kernel/fs/overlayfs/overlay.ko"
mkdir -p /run/over/changes /run/over/work /run/root
mount -t overlay overlay -o lowerdir=/,upperdir=/run/over/changes,workdir=/run/over/work /run/root
cd /run/root || exit 1
mount -t proc proc proc
mount -t sysfs sysfs sys
mount --rbind /dev dev
mount -t tmpfs tmpfs run
mkdir -p dev/pts dev/shm mnt/room
mount -t devpts devpts dev/pts
mount -t tmpfs tmpfs dev/shm
for link in fd: stdin:/0 stdout:/1 stderr:/2; do ln -s "/proc/self/fd${link#*:}" "dev/${link%%:*}"; done
mount -t hostfs -o "$ROOM" none mnt/room
[ -e usr/lib/modules ] || ln -s uml/modules usr/lib/modules
exec chroot . /bin/bash "$GUEST"
