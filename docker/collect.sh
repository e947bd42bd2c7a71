#!/usr/bin/env bash
# Lays out the root of an image that holds nothing but PROGRAM and what it needs to run.
#   collect.sh PROGRAM ROOT [arm64]     the architecture of PROGRAM, if it is not this machine's
# SOURCE_DATE_EPOCH is the time of every file (0 without it).
set -euo pipefail
readonly program=$1 root=$2
case ${3:-} in
  '') strip=strip list_libraries=(ldd) ;;
  arm64) strip=aarch64-linux-gnu-strip list_libraries=(qemu-aarch64-static /lib/ld-linux-aarch64.so.1 --list) ;;
  *) echo "collect.sh: no tools for programs of '$3'" >&2 && exit 2 ;;
esac

copy_program() {
  install -D -m 0755 "$program" "$root/nfs-subdir-provisioner"
  "$strip" "$root/nfs-subdir-provisioner"
  # Where `kubectl exec … -- nfs-subdir-provisioner` looks.
  install -d -m 0755 "$root/usr/bin"
  ln -s /nfs-subdir-provisioner "$root/usr/bin/nfs-subdir-provisioner"
}

# The dynamic linker and each library, at the paths where the linker looks for them.
libraries() {
  "${list_libraries[@]}" "$program" | grep -o '/[^ ]*'
}

copy_libraries() {
  local library
  while read -r library; do
    install -D -m 0755 "$(readlink -f "$library")" "$root$library"
  done < <(libraries)
}

# Debian's copyright files of the packages that the libraries come from.
copy_licences() {
  local library package
  while read -r library; do
    dpkg-query -S "$(readlink -f "$library")" "/usr$(readlink -f "$library")" 2>/dev/null | cut -d: -f1 || true
  done < <(libraries) | sort -u | while read -r package; do
    install -D -m 0644 "/usr/share/doc/$package/copyright" "$root/usr/share/doc/$package/copyright"
  done
  install -D -m 0644 LICENSE "$root/usr/share/doc/nfs-subdir-provisioner/copyright"
}

copy_system_files() {
  install -D -m 0644 /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
  install -d -m 0755 "$root/persistentvolumes"
  printf 'root:x:0:0:root:/:/\nnonroot:x:65532:65532:nonroot:/:/\n' >"$root/etc/passwd"
  printf 'root:x:0:\nnonroot:x:65532:\n' >"$root/etc/group"
  printf 'hosts: files dns\n' >"$root/etc/nsswitch.conf"
}

copy_program
copy_libraries
copy_licences
copy_system_files
find "$root" -exec touch --no-dereference --date="@${SOURCE_DATE_EPOCH:-0}" {} +
