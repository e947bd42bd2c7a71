#!/usr/bin/env bash
# Releases of upstream's chart that become releases of this one, on the real API server: from_upstream.sh TEST, with the
# tests below by their functions' names.
set -euo pipefail
# shellcheck source=tests/charts/cluster.sh
source "$(dirname "${BASH_SOURCE[0]}")/cluster.sh"

# Upstream's release, with a class of its own name, and what this chart makes of it. Further arguments: for both.
from_upstream() { # UPSTREAM-VALUES OUR-VALUES WORD..
  local selector theirs=$1 ours=$2
  shift 2
  in_space install "$release" "$here/upstream" "${two_values[@]}" --set "$theirs" "$@" >/dev/null
  selector=$(field deployment "$name" .spec.selector)
  before=$(objects | sort)
  uids=$(uids)
  notes=$(in_space upgrade "$release" "$chart" "${two_values[@]}" --set "$ours" "$@")
  expect_same 'the selector' "$selector" "$(field deployment "$name" .spec.selector)"
  expect_same 'the program' nfs-subdir-provisioner "$(field deployment "$name" '.spec.template.spec.containers[*].image' |
    cut -d: -f1)"
}

uids() {
  local all
  mapfile -t all <<<"$before"
  kubectl -n "$space" get "${all[@]}" -o jsonpath='{range .items[*]}{.kind} {.metadata.uid}{"\n"}{end}'
}

# Each of upstream's objects is still the same one: nothing was removed and made anew.
expect_same_objects() {
  expect_same 'the objects' "$before" "$(objects | sort | grep -vFx "storageclass.storage.k8s.io/${1:-}")"
  expect_same 'their uids' "$uids" "$(uids)"
}

test_class_by_name() {
  from_upstream "storageClass.name=class-$token" "storageClass.name=class-$token"
  expect_same_objects
  expect_same 'parameters' '{"archiveOnDelete":"true"}' "$(field storageclass "class-$token" .parameters)"
  expect_text notes "StorageClass class-$token was made by upstream's chart" "$notes"
  # Again, now over this chart's own release; then back.
  in_space upgrade "$release" "$chart" "${two_values[@]}" "${own_class[@]}" --set replicaCount=2 >/dev/null
  expect_same_objects
  in_space rollback "$release" 1 >/dev/null
  expect_same_objects
  expect_text 'after the rollback' nfs-subdir-external-provisioner:v4.0.2 \
    "$(field deployment "$name" '.spec.template.spec.containers[*].image')"
}

test_class_is_kept() {
  from_upstream "storageClass.name=old-$token" "storageClass.name=class-$token"
  expect_same_objects "class-$token"
  expect_same 'parameters' '{"archiveOnDelete":"true"}' "$(field storageclass "old-$token" .parameters)"
  expect_text notes "StorageClass old-$token, made by upstream's chart, stays as it was" "$notes"
  in_space upgrade "$release" "$chart" "${two_values[@]}" "${own_class[@]}" >/dev/null
  expect_same_objects "class-$token"
  kubectl delete storageclass "old-$token" >/dev/null
  in_space upgrade "$release" "$chart" "${two_values[@]}" "${own_class[@]}" >/dev/null
  expect_no_text 'once it is deleted' "old-$token" "$(objects)"
}

test_mount_options() {
  from_upstream "storageClass.name=class-$token" "storageClass.name=class-$token" --set 'nfs.mountOptions={nfsvers=4.1,hard}'
  expect_same_objects
  expect_same 'the mount' "pvc-$name" \
    "$(field deployment "$name" '.spec.template.spec.volumes[0].persistentVolumeClaim.claimName')"
}

# An umbrella whose chart CHART has the alias `store`, in $scratch/KIND.
make_aliased() { # KIND CHART
  mkdir -p "$scratch/$1/charts"
  cp -r "$2" "$scratch/$1/charts/chart"
  printf 'apiVersion: v2\nname: infra\nversion: 1.0.0\ndependencies: [{name: %s, version: ">=0.0.0-0", alias: store}]\n' \
    "$(sed -n 's/^name: //p' "$2/Chart.yaml")" >"$scratch/$1/Chart.yaml"
}

readonly as_store=(--set "store.nfs.server=a,store.nfs.path=/p,store.storageClass.name=class-$token")

install_aliased_upstream() {
  make_aliased theirs "$here/upstream"
  in_space install "$release" "$scratch/theirs" "${as_store[@]}" >/dev/null
  before=$(objects | sort)
  uids=$(uids)
}

test_alias() {
  make_aliased ours "$chart"
  install_aliased_upstream
  in_space upgrade "$release" "$scratch/ours" "${as_store[@]}" >/dev/null
  expect_same_objects
  expect_same 'parameters' '{"archiveOnDelete":"true"}' "$(field storageclass "class-$token" .parameters)"
}

# Without the alias: refused, and what the refusal says keeps everything.
test_lost_alias() {
  local values=(--set "nfs.server=a,nfs.path=/p" "${own_class[@]}")
  install_aliased_upstream
  expect_refused 'another name' '--set nameOverride=store' in_space upgrade "$release" "$chart" "${values[@]}"
  in_space upgrade "$release" "$chart" "${values[@]}" --set nameOverride=store >/dev/null
  expect_same_objects
}

# The provisioner's name was set, and is not any more: deleting the class would leave its volumes behind.
test_lost_provisioner() {
  in_space install "$release" "$chart" "${two_values[@]}" "${own_class[@]}" --set storageClass.provisionerName=a/b >/dev/null
  expect_refused 'another name' '--set storageClass.provisionerName=a/b' \
    in_space upgrade "$release" "$chart" "${two_values[@]}" "${own_class[@]}"
  in_space upgrade "$release" "$chart" "${two_values[@]}" "${own_class[@]}" --set storageClass.provisionerName=a/b >/dev/null
}

# The classes are made by somebody else.
test_lost_provisioner_without_class() {
  local values=("${two_values[@]}" --set storageClass.create=false)
  in_space install "$release" "$chart" "${values[@]}" --set storageClass.provisionerName=a/b >/dev/null
  expect_refused 'another name' '--set storageClass.provisionerName=a/b' in_space upgrade "$release" "$chart" "${values[@]}"
  in_space upgrade "$release" "$chart" "${values[@]}" --set storageClass.provisionerName=a/b >/dev/null
}

# A class that the values no longer name is kept: its provisioner is looked at as well.
test_lost_name_of_kept_class() {
  install_aliased_upstream
  expect_refused 'another name' '--set nameOverride=store' \
    in_space upgrade "$release" "$chart" --set "nfs.server=a,nfs.path=/p,storageClass.name=other-$token"
}

# This chart under upstream's name as alias, as in an umbrella that keeps the key of its values.
test_own_class_of_alias() {
  local key=nfs-subdir-external-provisioner
  make_umbrella "$key"
  in_space install "$release" "$scratch/umbrella" --set "$key.nfs.server=a,$key.storageClass.name=class-$token" >/dev/null
  expect_refused 'another policy' "kubectl delete storageclass class-$token" \
    in_space upgrade "$release" "$scratch/umbrella" \
    --set "$key.nfs.server=a,$key.storageClass.name=class-$token,$key.storageClass.onDelete=delete"
  in_space upgrade "$release" "$scratch/umbrella" --set "$key.nfs.server=a,$key.storageClass.name=other-$token" >/dev/null
  expect_same 'the class of the name before' '' "$(kubectl get storageclass "class-$token" -o name 2>/dev/null || true)"
}

test_no_class() {
  from_upstream "storageClass.name=class-$token" storageClass.create=false
  expect_same_objects
  in_space upgrade "$release" "$chart" "${two_values[@]}" --set storageClass.create=false >/dev/null
  expect_same_objects
  in_space upgrade "$release" "$chart" "${two_values[@]}" --set storageClass.create=false,storageClass.keepUpstream=false >/dev/null
  expect_no_text 'when it is not to be kept' "class-$token" "$(objects)"
}

# Upstream's default is not ours, and its volumes would be looked for in another directory.
test_path() {
  in_space install "$release" "$here/upstream" --set nfs.server=a "${own_class[@]}" >/dev/null
  expect_refused 'our default' '--set nfs.path=/nfs-storage' \
    in_space upgrade "$release" "$chart" --set nfs.server=a "${own_class[@]}"
  in_space upgrade "$release" "$chart" --set nfs.server=a,asUpstream=true "${own_class[@]}" >/dev/null
  expect_same 'the path' /nfs-storage "$(field deployment "$name" .spec.template.spec.volumes[0].nfs.path)"
  in_space upgrade "$release" "$chart" --set nfs.server=a,nfs.path=/nfs-storage "${own_class[@]}" >/dev/null
}

# onDelete: true, which upstream took for no policy.
test_policy_that_is_none() {
  from_upstream "storageClass.name=class-$token,storageClass.onDelete=true" \
    "storageClass.name=class-$token,storageClass.onDelete=true"
  expect_same_objects
  expect_same 'parameters' '{"archiveOnDelete":"true","onDelete":"true"}' "$(field storageclass "class-$token" .parameters)"
}

# What the program will refuse of upstream's classes is said before it does, whether the values name them or not.
test_patterns_that_are_refused() {
  local pattern said count=0
  while IFS='|' read -r pattern said; do
    count=$((count + 1))
    in_space install "$release" "$here/upstream" "${two_values[@]}" \
      --set-string "storageClass.name=class-$token,storageClass.pathPattern=$pattern" >/dev/null
    notes=$(in_space upgrade "$release" "$chart" "${two_values[@]}" --set "storageClass.name=class-$token")
    expect_text "of $pattern" "$said" "$notes"
    notes=$(in_space upgrade "$release" "$chart" "${two_values[@]}" --set "storageClass.name=other-$token")
    expect_text "of $pattern, not named" "$said" "$notes"
    in_space uninstall "$release" >/dev/null
  done <<END
\${.PVC.annotations.application}|WARNING: every new claim of class class-$token will be refused
\${namespace}|WARNING: every new claim of class class-$token will be refused
practicus|WARNING: class class-$token gives all its claims the one directory "practicus"
END
  ((count == 3)) || failed "$count patterns were tried"
}

# As Argo CD and kustomize do it: rendered without a cluster, then applied over upstream's objects.
test_rendered_without_a_cluster() {
  local set values=(
    "nfs.server=a"
    "nfs.server=a,nfs.path=/data/nfs,storageClass.pathPattern=\${.PVC.namespace}/\${.PVC.name}"
    "nfs.server=a,storageClass.onDelete=true"
    "nfs.server=a,storageClass.archiveOnDelete=false,storageClass.pathPattern=/\${.PVC.namespace}-\${.PVC.name}"
  )
  for set in "${values[@]}"; do
    in_space template "$release" "$here/upstream" --set "$set" >"$scratch/theirs.yaml"
    kubectl delete storageclass nfs-client >/dev/null 2>&1 || true
    kubectl -n "$space" apply --filename "$scratch/theirs.yaml" >/dev/null
    in_space template "$release" "$chart" --set "$set,asUpstream=true" --skip-tests >"$scratch/ours.yaml"
    kubectl -n "$space" apply --dry-run=server --filename "$scratch/ours.yaml" >"$scratch/said" 2>&1 ||
      failed "$set: $(<"$scratch/said")"
    expect_same "the classes with $set" nfs-client "$(of StorageClass .metadata.name <"$scratch/ours.yaml")"
    expect_same "the path with $set" "$(of Deployment .spec.template.spec.volumes[0].nfs.path <"$scratch/theirs.yaml")" \
      "$(of Deployment .spec.template.spec.volumes[0].nfs.path <"$scratch/ours.yaml")"
    kubectl -n "$space" delete --filename "$scratch/theirs.yaml" >/dev/null 2>&1
  done
}

begin privileged
"test_${1:?name a test}"
((failures == 0))
