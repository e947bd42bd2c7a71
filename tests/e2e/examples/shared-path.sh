#!/usr/bin/env bash
# examples/shared-path: two claims, one directory, with pods that write and read; who goes last takes it along.
set -Eeuo pipefail
# shellcheck source=tests/e2e/examples/example.sh
source "$(dirname "${BASH_SOURCE[0]}")/example.sh"
readonly example=examples/shared-path

is_refused() {
  [[ -n $(kubectl --namespace media get events -o name \
    --field-selector involvedObject.name=nameless,reason=ProvisioningFailed) ]]
}

the_readme_is_true() {
  open_page $example/README.md
  run_block 'two claims are bound to one directory'
  await 60 'the claim without the annotation has an Event' is_refused
  run_block 'the claim without the annotation is refused'
  [[ $said == *example.com/path* ]] || fail "the Event does not name the annotation: $said"
  close_page
}

start_pod() { # NAME_AND_CLAIM
  kubectl --namespace media apply --filename - >/dev/null <<END
apiVersion: v1
kind: Pod
metadata: {name: $1}
spec:
  terminationGracePeriodSeconds: 1
  containers: [{name: busybox, image: "localhost/busybox:1", volumeMounts: [{name: films, mountPath: /films}]}]
  volumes: [{name: films, persistentVolumeClaim: {claimName: $1}}]
END
}

run_in() { # POD COMMAND..
  kubectl --namespace media exec "$1" -- "${@:2}"
}

pods_share_the_directory() {
  start_pod uploader
  start_pod player
  kubectl --namespace media wait pod/uploader pod/player --for=condition=Ready --timeout=90s >/dev/null
  run_in uploader sh -c 'echo Metropolis >/films/1927'
  expect_same 'what the player reads' Metropolis "$(run_in player cat /films/1927)"
  step 'what the pod of one claim writes, the pod of the other one reads'
}

has_one_volume() {
  [[ $(kubectl get persistentvolumes -o name | wc -l) == 1 ]]
}

the_last_one_takes_it_along() {
  kubectl --namespace media delete pod/uploader persistentvolumeclaim/uploader persistentvolumeclaim/nameless >/dev/null
  await 60 "the uploader's volume is gone" has_one_volume
  expect_same 'what the player reads afterwards' Metropolis "$(run_in player cat /films/1927)"
  kubectl --namespace media delete pod/player persistentvolumeclaim/player >/dev/null
  await 60 'both volumes are gone' volumes_are_gone
  [[ ! -e $export/media/films ]] || fail 'the directory of claims that went is still there'
  expect_same 'what is archived' Metropolis "$(cat "$export"/archived-media-*/1927)"
  step 'one claim is deleted: the other one still reads; both are deleted: the directory is archived once'
}

install_program
the_readme_is_true
pods_share_the_directory
the_last_one_takes_it_along
kubectl delete --filename $example/class.yaml >/dev/null
kubectl delete namespace media >/dev/null
uninstall_program
