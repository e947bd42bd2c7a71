#!/usr/bin/env bash
# docker/kind-demo.sh with stand-ins for docker, kind, helm and kubectl: what it calls, and how it ends. kind_demo.sh TEST
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export CALLS=$scratch/calls FILESYSTEMS=$scratch/filesystems TMPDIR=$scratch/tmp
mkdir "$TMPDIR"
printf 'nodev\tnfs4\nnodev\tnfsd\n' >"$FILESYSTEMS"
: >"$CALLS"

failed() { # TEXT
  echo "FAILED: $1" >&2
  cat "$scratch/said" "$CALLS" >&2
  exit 1
}

# A directory with stand-ins of these names, and what a script cannot do without.
stand_ins() { # NAME..
  local name
  mkdir "$scratch/bin"
  for name in "$@"; do ln -s "$here/stand_in.sh" "$scratch/bin/$name"; done
  for name in bash dirname sed grep git mktemp rm tail sleep cat; do ln -s "$(command -v "$name")" "$scratch/bin/$name"; done
}

play() { # STATUS
  local status=0
  PATH=$scratch/bin "$here/../../docker/kind-demo.sh" >"$scratch/said" 2>&1 || status=$?
  [[ $status == "$1" ]] || failed "ended with $status, not $1"
}

expect_said() { grep -qF -- "$1" "$scratch/said" || failed "did not say: $1"; }
expect_called() { grep -qF -- "$1" "$CALLS" || failed "did not call: $1"; }
expect_not_called() { if grep -qF -- "$1" "$CALLS"; then failed "called: $1"; fi; }

expect_cleared() {
  expect_called 'kind delete cluster --name nfs-demo'
  expect_called 'docker rm --force --volumes nfs-demo-nfs'
  [[ -z $(ls -A "$TMPDIR") ]] || failed "left files: $(ls -A "$TMPDIR")"
}

test_told_whole() {
  stand_ins docker kind helm kubectl
  play 0
  expect_called '--set nfs.server=172.18.0.3 --set nfs.path=/export'
  expect_called 'helm uninstall shop'
  expect_said 'The same data'
  expect_cleared
}

test_missing_tools() {
  stand_ins
  : >"$FILESYSTEMS"
  play 1
  local name
  for name in docker kind helm kubectl; do expect_said "missing: $name: https://"; done
  expect_said 'module nfsv4'
  expect_said 'module nfsd'
}

test_no_daemon() {
  stand_ins docker kind helm kubectl
  FAILS='docker info' play 1
  expect_said 'a Docker daemon that answers'
  expect_not_called 'kind create'
}

test_lost_data() {
  stand_ins docker kind helm kubectl
  LOSES_DATA=1 play 1
  expect_said 'was to read: first'
  expect_cleared
}

test_no_nfs_in_the_node() {
  stand_ins docker kind helm kubectl
  FAILS='docker exec nfs-demo-control-plane modprobe' play 1
  expect_said 'no NFS client or no NFS server'
  expect_called 'kind delete cluster'
}

test_kept() {
  stand_ins docker kind helm kubectl
  KEEP=1 play 0
  expect_said 'kind delete cluster --name nfs-demo; docker stop nfs-demo-nfs'
  expect_not_called 'kind delete'
}

"test_${1:?name a test}"
