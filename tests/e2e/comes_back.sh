# shellcheck shell=bash
# shellcheck disable=SC2154 # support.sh says what is used here
# The first chapter: what the program is for.

install_with_two_values() {
  helm install nfs "$chart" --namespace storage "${two_values[@]}"
  await_pods storage deployment/nfs-nfs-subdir-external-provisioner
  expect_mount nfs.example.com:/data/nfs ''
  step 'helm install with server and path: the program runs, under Pod Security baseline'
}

install_app() {
  helm install app "$here/app" --namespace team-a
  await_pods team-a deployment/web statefulset/db
}

uninstall_app() {
  helm uninstall app --namespace team-a
  await 60 'the volumes of the application are gone' volumes_are_gone
}

# The uids of the pods that wrote, oldest first, as the pod that runs now reads them.
tokens() { # POD
  kubectl --namespace team-a exec "$1" -- cat /data/tokens
}

uid_of() { # POD
  kubectl --namespace team-a get "$1" -o jsonpath='{.metadata.uid}'
}

web_pod() { kubectl --namespace team-a get pods -l app=web -o jsonpath='pod/{.items[0].metadata.name}'; }

expect_volume() { # POD CLAIM
  expect_same "what $1 wrote, on the export" "$(uid_of "$1")" "$(<"$export/team-a/$2/tokens")"
  expect_mount "nfs.example.com:/data/nfs/team-a/$2" ''
}

the_data_comes_back() {
  local web db0 db1 pod
  install_app
  expect_volume "$(web_pod)" web
  expect_volume pod/db-0 data-db-0
  expect_volume pod/db-1 data-db-1
  web=$(tokens "$(web_pod)") db0=$(tokens pod/db-0) db1=$(tokens pod/db-1)
  step 'helm install of an application: a Deployment and a StatefulSet of two write into their volumes'
  uninstall_app
  [[ ! -e $export/team-a/web ]] || fail 'the directory of a claim that went is still there'
  expect_same 'archives' 3 "$(find "$export" -name tokens -path '*archived*' | wc -l)"
  step 'helm uninstall: claims and volumes are gone, three directories are archived'
  install_app
  expect_same 'what the Deployment finds' "$web"$'\n'"$(uid_of "$(web_pod)")" "$(tokens "$(web_pod)")"
  for pod in 0:"$db0" 1:"$db1"; do
    expect_same "what db-${pod%%:*} finds" "${pod#*:}"$'\n'"$(uid_of "pod/db-${pod%%:*}")" "$(tokens "pod/db-${pod%%:*}")"
  done
  step 'helm install again: every pod finds what its predecessor wrote'
}

mount_options_reach_the_node() {
  helm upgrade nfs "$chart" --namespace storage "${two_values[@]}" \
    --set-json 'storageClasses=[{"name":"tuned","mountOptions":["nfsvers=4.2","hard","ro"]}]'
  await_pods storage deployment/nfs-nfs-subdir-external-provisioner
  kubectl --namespace team-a apply --filename - >/dev/null <<'END'
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: tuned}
spec: {storageClassName: tuned, accessModes: [ReadWriteMany], resources: {requests: {storage: 1Mi}}}
---
apiVersion: v1
kind: Pod
metadata: {name: tuned}
spec:
  terminationGracePeriodSeconds: 1
  securityContext: {runAsNonRoot: true, runAsUser: 1000, seccompProfile: {type: RuntimeDefault}}
  containers:
    - name: reader
      image: localhost/busybox:1
      securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
      volumeMounts: [{name: data, mountPath: /data}]
  volumes: [{name: data, persistentVolumeClaim: {claimName: tuned}}]
END
  await 60 'the pod of the class with mount options is ready' \
    kubectl --namespace team-a wait --for=condition=Ready pod/tuned --timeout=1s
  expect_mount nfs.example.com:/data/nfs/team-a/tuned hard,nfsvers=4.2,ro
  if kubectl --namespace team-a exec tuned -- touch /data/x 2>/dev/null; then fail 'a mount with "ro" was written to'; fi
  kubectl --namespace team-a delete pod/tuned persistentvolumeclaim/tuned >/dev/null
  step 'mount options of a second class reach the node'
}

the_chart_tests_itself() {
  helm test nfs --namespace storage --timeout 120s
  step 'helm test: its Job wrote, read and deleted in a volume of its own'
}

everything_is_uninstalled() {
  uninstall_app
  helm uninstall nfs --namespace storage
  expect_same 'what is left of the release' '' "$(kubectl get -A -l release=nfs -o name serviceaccount,deployment,\
daemonset,role,rolebinding,clusterrole,clusterrolebinding,storageclass,persistentvolume,persistentvolumeclaim)"
  step 'helm uninstall of the program: nothing is left of it in the cluster, the archives are'
}
