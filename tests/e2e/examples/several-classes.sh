#!/usr/bin/env bash
# examples/several-classes: the data of each class has the end that its class says.
set -Eeuo pipefail
# shellcheck source=tests/e2e/examples/example.sh
source "$(dirname "${BASH_SOURCE[0]}")/example.sh"
readonly example=examples/several-classes

the_readme_is_true() {
  open_page $example/README.md
  run_block 'a pod writes into volumes of three classes'
  expect_mount nfs.example.com:/data/nfs/lab/orders ''
  expect_mount nfs.example.com:/data/nfs/lab/cache ''
  expect_mount nfs.example.com:/data/nfs/lab/papers hard,nfsvers=4.2
  run_block 'deleted and made again: archived and retained data is there, deleted data is not'
  close_page
}

# One line is what the first pod wrote.
each_end_is_seen_on_the_export() {
  local space=$export/lab
  kubectl --namespace lab delete --filename $example/pod.yaml --filename $example/claims.yaml >/dev/null
  await 60 'the volumes are gone' volumes_are_gone
  expect_same 'directories that are still at their place' papers "$(ls "$space")"
  expect_same 'lines in the archive' 2 "$(cat "$export"/archived-lab-orders-*/log | wc -l)"
  expect_same 'trees in the trash with what each pod wrote into the cache' 2 \
    "$(find "$export"/.nfs-subdir-provisioner/clusters/*/resting -name log | wc -l)"
  step 'on the export: one directory archived, one in its place, two rest in the trash'
}

install_program
the_readme_is_true
each_end_is_seen_on_the_export
kubectl delete namespace lab >/dev/null
uninstall_program
