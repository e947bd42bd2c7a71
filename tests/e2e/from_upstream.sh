# shellcheck shell=bash
# shellcheck disable=SC2154 # support.sh says what is used here
# The last chapter: a release of upstream's chart, whose pod is a stand-in here, and a volume as upstream makes them.

upstream_volume() { # PROVISIONER
  local uid directory
  kubectl --namespace team-a apply --filename - >/dev/null <<'END'
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: web}
spec: {storageClassName: nfs-client, accessModes: [ReadWriteMany], resources: {requests: {storage: 1Mi}}}
END
  uid=$(kubectl --namespace team-a get persistentvolumeclaim web -o jsonpath='{.metadata.uid}')
  directory=team-a-web-pvc-$uid
  mkdir -m 0777 "$export/$directory"
  kubectl apply --filename - >/dev/null <<END
apiVersion: v1
kind: PersistentVolume
metadata: {name: pvc-$uid, annotations: {pv.kubernetes.io/provisioned-by: $1}}
spec:
  capacity: {storage: 1Mi}
  accessModes: [ReadWriteMany]
  persistentVolumeReclaimPolicy: Delete
  storageClassName: nfs-client
  claimRef: {apiVersion: v1, kind: PersistentVolumeClaim, namespace: team-a, name: web, uid: $uid}
  nfs: {server: nfs.example.com, path: /data/nfs/$directory}
END
  echo "$directory"
}

a_release_of_upstream_is_upgraded() {
  local name=old-nfs-subdir-external-provisioner directory token
  helm install old "$here/../charts/upstream" --namespace storage "${two_values[@]}" --set storageClass.name=nfs-client
  await_pods storage "deployment/$name"
  directory=$(upstream_volume "cluster.local/$name")
  helm install app "$here/app" --namespace team-a --take-ownership --set storageClass=nfs-client
  await_pods team-a deployment/web
  token=$(tokens "$(web_pod)")
  step "a release of upstream's chart, and a volume as upstream made them, with a pod that writes"
  helm upgrade old "$chart" --namespace storage "${two_values[@]}" --set storageClass.name=nfs-client
  await_pods storage "deployment/$name"
  await_pods team-a deployment/web statefulset/db
  expect_same 'what the pod finds in its volume' "$token" "$(tokens "$(web_pod)")"
  step 'helm upgrade to this chart: the volume is as it was, and the claims that waited are bound'
  uninstall_app
  expect_same 'the archive of the volume of upstream' "$token" "$(<"$export/archived-$directory/tokens")"
  helm uninstall old --namespace storage
  step 'helm uninstall of the application: the volume that upstream made is archived, as its class says'
}
