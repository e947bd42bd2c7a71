#!/usr/bin/env bash
# The program's story on a real control plane: an application is uninstalled and installed again with the real helm and
# has its data; then class, claim, volume, directory, and what becomes of the data when the claim goes, for each policy.
# Ends with a non-zero status where a step does not come out as told.
#   KEEP=1              leave all running at the end, and say how to go on and how to stop it
#   EXPORT=/mount/dir   use this directory, a mounted export, with NFS_SERVER and NFS_PATH naming it
#   PRESET=release      the build whose program is shown (dev); PROGRAM=/path another one
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=tests/demo/stage.sh
source "$root/tests/demo/stage.sh"

write_class() { # NAME POLICY [ON_CREATE]
  cat >"$1.yaml" <<END
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: $1
provisioner: $PROVISIONER_NAME
reclaimPolicy: Delete
parameters:
  pathPattern: "\${.PVC.namespace}/\${.PVC.name}"
  onDelete: $2${3:+
  onCreate: $3}
END
}

write_claim() { # NAME CLASS
  cat >"$1.yaml" <<END
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: $1
  namespace: $namespace
spec:
  storageClassName: $2
  accessModes: [ReadWriteMany]
  resources:
    requests:
      storage: 1Gi
END
}

# From the class to a Bound claim with a file in its directory. Sets `volume`.
provision() { # CLAIM CLASS POLICY
  write_class "$2" "$3"
  show "cat $2.yaml"
  show "kubectl apply -f $2.yaml"
  write_claim "$1" "$2"
  show "cat $1.yaml"
  show "kubectl apply -f $1.yaml"
  show "kubectl wait pvc/$1 -n $namespace --for=jsonpath='{.status.phase}'=Bound --timeout=20s"
  show "kubectl get pvc $1 -n $namespace"
  volume=$(kubectl get pvc "$1" -n "$namespace" -o jsonpath='{.spec.volumeName}')
  show "kubectl get pv $volume -o jsonpath='{.spec.nfs.server}:{.spec.nfs.path}{\"\\n\"}'"
  expect "the volume points at $NFS_SERVER:$nfs_path/$namespace/$1" \
    test "$answer" = "$NFS_SERVER:$nfs_path/$namespace/$1"
  show "ls -ld \$EXPORT/$namespace/$1"
  show "echo 'order 1' > \$EXPORT/$namespace/$1/orders.txt"
}

# The claim goes, and its volume with it.
release() { # CLAIM
  show "kubectl delete pvc $1 -n $namespace --timeout=20s"
  show "kubectl wait pv/$volume --for=delete --timeout=20s"
  show "kubectl get pvc,pv -n $namespace"
  expect "neither claim nor volume is left" test "$answer" = "No resources found"
}

look_at_export() {
  show "find \$EXPORT -name .nfs-subdir-provisioner -prune -o -type f -print -o -type d -empty -print"
}

# helm waits for its Deployment's pods only when told to: none run here.
install() {
  show "helm install shop $chart -n $namespace --set storageClass=volumen-tipo-ivan-restore"
  show "kubectl wait pvc/shop-web -n $namespace --for=jsonpath='{.status.phase}'=Bound --timeout=20s"
  show "kubectl get pvc shop-web -n $namespace -o jsonpath='{.spec.volumeName}{\"\\n\"}'"
  volume=$answer
}

come_back() {
  chapter "helm uninstall, helm install: the data is back"
  write_class volumen-tipo-ivan-restore archive restore
  show "cat volumen-tipo-ivan-restore.yaml"
  show "kubectl apply -f volumen-tipo-ivan-restore.yaml"
  install
  local first=$volume
  show "echo 'order 1' > \$EXPORT/$namespace/shop-web/orders.txt"
  show "helm uninstall shop -n $namespace --wait"
  show "kubectl wait pv/$first --for=delete --timeout=20s"
  look_at_export
  expect "the data was put aside" test -f "$EXPORT/archived-$namespace-shop-web-$first/orders.txt"
  install
  expect "the volume is a new one" test "$volume" != "$first"
  show "cat \$EXPORT/$namespace/shop-web/orders.txt"
  expect "the file is back" test "$answer" = "order 1"
  show "kubectl get events -n $namespace --field-selector reason=VolumeRestored -o custom-columns=REASON:.reason,MESSAGE:.message"
  show "helm uninstall shop -n $namespace --wait"
  show "kubectl wait pv/$volume --for=delete --timeout=20s"
}

archive() {
  chapter "onDelete: archive (the default): the data is put aside"
  provision web volumen-tipo-ivan archive
  release web
  look_at_export
  show "cat \$EXPORT/archived-$namespace-web-$volume/orders.txt"
  expect "the archive holds the file" test "$answer" = "order 1"
  expect_soon "the claim's directory is gone, and the namespace's as it is empty" test ! -e "$EXPORT/$namespace"
}

# Where deleted directories rest, in the one cluster's directory on the export.
resting_place() {
  echo "$EXPORT/.nfs-subdir-provisioner/clusters/$(kubectl get namespace kube-system -o jsonpath='{.metadata.uid}')/resting"
}

# A verb that needs the export alone, not the API server.
look_after_trash() { # ARGUMENTS
  show "$program --mount-dir $EXPORT --cluster-id $(kubectl get namespace kube-system -o jsonpath='{.metadata.uid}') trash $1"
}

delete() {
  chapter "onDelete: delete: the data goes with the claim, after an hour"
  provision cache volumen-tipo-ivan-delete delete
  release cache
  expect "the claim's directory is gone" test ! -e "$EXPORT/$namespace/cache"
  if [[ -e $(resting_place)/$volume ]]; then
    look_after_trash list
    expect "its directory rests in the trash" grep -q "^$volume .*$namespace/cache" <<<"$answer"
    look_after_trash "restore $volume --to $namespace/cache-before"
    show "cat \$EXPORT/$namespace/cache-before/orders.txt"
    expect "a wrong deletion is undone" test "$answer" = "order 1"
    rm -r "${EXPORT:?}/$namespace/cache-before"
    rmdir --ignore-fail-on-non-empty "$EXPORT/$namespace"
  else
    note "The export is almost full: what is deleted does not rest in the trash."
  fi
  look_at_export
}

retain() {
  chapter "onDelete: retain: the data stays where it is"
  provision ledger volumen-tipo-ivan-retain retain
  release ledger
  look_at_export
  show "cat \$EXPORT/$namespace/ledger/orders.txt"
  expect "the file is where it was written" test "$answer" = "order 1"
}

set_stage
show "kubectl create namespace $namespace"
come_back
archive
delete
retain
curtain
