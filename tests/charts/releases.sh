#!/usr/bin/env bash
# Releases of the chart on the real API server: releases.sh TEST, with the tests below by their functions' names.
set -euo pipefail
# shellcheck source=tests/charts/cluster.sh
source "$(dirname "${BASH_SOURCE[0]}")/cluster.sh"

test_two_values() {
  local notes
  notes=$(in_space install "$release" "$chart" "${two_values[@]}")
  expect_text notes 'storageClassName: volumen-tipo-ivan' "$notes"
  expect_same 'the class' "cluster.local/$name" "$(field storageclass volumen-tipo-ivan .provisioner)"
  expect_same 'the pattern' "\${.PVC.namespace}/\${.PVC.name}" \
    "$(field storageclass volumen-tipo-ivan .parameters.pathPattern)"
  expect_same 'the volume' nfs.example.com:/data/nfs \
    "$(field deployment "$name" .spec.template.spec.volumes[0].nfs.server):$(field deployment "$name" .spec.template.spec.volumes[0].nfs.path)"
  in_space uninstall "$release" >/dev/null
  expect_same 'what is left' '' "$(objects)"
}

# All but the three kinds of the Prometheus operator, which this API server does not know.
test_everything() {
  local kind
  in_space install "$release" "$chart" --values "$here/values/everything.yaml" "${own_class[@]}" \
    --set serviceMonitor.enabled=false,prometheusRule.enabled=false >/dev/null
  for kind in ingress networkpolicy poddisruptionbudget configmap daemonset; do
    expect_text 'the objects' "$kind" "$(objects)"
  done
  expect_same 'the dashboard' 'NFS subdir provisioner' \
    "$(kubectl -n "$space" get configmap "$name-dashboard" -o json | jq -r '.data[] | fromjson | .title')"
  in_space uninstall "$release" >/dev/null
  expect_same 'what is left' '' "$(objects)"
}

# All but what this API server does not know: the Gateway API and the Prometheus operator.
test_conventions() {
  local kind values=(--values "$here/values/conventions.yaml" "${own_class[@]}" --set "storageClasses[0].name=second-$token")
  values+=(--set "namespaceOverride=$space,dashboard.namespace=$space,httpRoute.enabled=false")
  values+=(--set "serviceMonitor.enabled=false,prometheusRule.enabled=false")
  # The release is elsewhere than its objects.
  helm install "$release" "$chart" --namespace default "${values[@]}" >/dev/null
  for kind in deployment serviceaccount role rolebinding poddisruptionbudget; do
    expect_text "the objects in $space" "$kind" "$(objects)"
  done
  expect_same 'the Role' "role.rbac.authorization.k8s.io/leader-locking-$name" "$(kubectl -n "$space" get role -o name)"
  expect_same 'the account of the roles' "$space" "$(field clusterrolebinding "run-$name" .subjects[0].namespace)"
  expect_same 'the selector' nfs-subdir-external-provisioner "$(field deployment "$name" .spec.selector.matchLabels.app)"
  expect_same 'the label of a class' fast "$(field storageclass "second-$token" .metadata.labels.example\\.com/tier)"
  # Over an older release of this chart, which has not all of these values.
  helm upgrade "$release" "$chart" --namespace default --reuse-values \
    --set "httpRoute=null,serviceAccount.automount=null,asUpstream=null,hostNetwork=null" >/dev/null
  helm uninstall "$release" --namespace default >/dev/null
  expect_same 'what is left' '' "$(objects)"
}

test_kustomize() {
  kubectl kustomize "$chart/../kustomize/example" >"$scratch/built.yaml"
  expect_same 'namespaces' storage "$(of '' '.metadata.namespace // empty' <"$scratch/built.yaml" | sort -u)"
  expect_same 'the account of the roles' storage "$(of ClusterRoleBinding '.subjects[0].namespace' <"$scratch/built.yaml")"
  expect_same 'the image' registry.example.com/nfs-subdir-provisioner:0.1.0 \
    "$(of Deployment '.spec.template.spec.containers[0].image' <"$scratch/built.yaml")"
  expect_same 'the server' $'10.0.0.5\n10.0.0.5' "$(of Deployment '.spec.template.spec |
    .volumes[0].nfs.server, (.containers[0].env[] | select(.name == "NFS_SERVER").value)' <"$scratch/built.yaml")"
  sed "s/^  namespace: storage\$/  namespace: $space/" "$scratch/built.yaml" |
    kubectl apply --dry-run=server --filename - >"$scratch/said" 2>&1 || failed "apply: $(<"$scratch/said")"
}

test_merged_values() {
  local set
  for set in securityContext.privileged=true 'securityContext.capabilities.add={SYS_ADMIN}' \
    resources.requests.memory=1Gi resources.limits.cpu=5m,resources.limits.memory=24Mi resources.limits.memory=1G \
    livenessProbe.tcpSocket.port=8080 securityContext=null; do
    in_space template "$release" "$chart" "${two_values[@]}" "${own_class[@]}" --set "$set" --skip-tests |
      kubectl -n "$space" apply --dry-run=server --filename - >"$scratch/said" 2>&1 || failed "$set: $(<"$scratch/said")"
  done
}

# A volume whose program is gone, and what the README says: ours goes, another provisioner's stays.
test_finalizers() {
  local volume
  for volume in "mine-$token cluster.local/$name" "other-$token example.com/other"; do
    kubectl apply --filename - >/dev/null <<END
apiVersion: v1
kind: PersistentVolume
metadata:
  name: ${volume% *}
  annotations: {pv.kubernetes.io/provisioned-by: ${volume#* }}
  finalizers: [external-provisioner.volume.kubernetes.io/finalizer]
spec:
  capacity: {storage: 1Mi}
  accessModes: [ReadWriteMany]
  nfs: {server: a, path: /b}
END
    kubectl delete persistentvolume "${volume% *}" --wait=false >/dev/null
  done
  sed -n '/^<!-- take the finalizers off -->$/,/^```$/p' "$chart/README.md" | sed '1,2d;$d' |
    sed "s|^provisioner=.*|provisioner=cluster.local/$name|" >"$scratch/command"
  expect_text 'the command' kubectl "$(<"$scratch/command")"
  # shellcheck source=/dev/null
  source "$scratch/command" >/dev/null
  expect_same 'what is left' "persistentvolume/other-$token" "$(until kubectl wait --for=delete "persistentvolume/mine-$token" --timeout=60s >/dev/null; do :; done
    kubectl get persistentvolume "mine-$token" "other-$token" --ignore-not-found -o name)"
  kubectl patch persistentvolume "other-$token" --type=merge --patch '{"metadata":{"finalizers":null}}' >/dev/null
}

# As `helm template | kubectl apply` does it, with the hooks among the objects: again, and after an update.
test_hooks_as_objects() {
  local tag
  for tag in 1 2 2; do
    in_space template "$release" "$chart" "${two_values[@]}" "${own_class[@]}" --set-string "image.tag=$tag" \
      >"$scratch/$tag.yaml"
    kubectl -n "$space" apply --filename "$scratch/$tag.yaml" >"$scratch/said" 2>&1 || failed "tag $tag: $(<"$scratch/said")"
  done
  in_space template "$release" "$chart" "${two_values[@]}" "${own_class[@]}" --set-string image.tag=2 --set labels.team=x \
    >"$scratch/3.yaml"
  kubectl -n "$space" apply --filename "$scratch/3.yaml" >"$scratch/said" 2>&1 || failed "labels: $(<"$scratch/said")"
  for tag in 1 2 3; do
    kubectl -n "$space" delete --ignore-not-found --filename "$scratch/$tag.yaml" >/dev/null 2>&1
  done
  expect_same 'what Argo CD is told of a hook' Skip \
    "$(of Job '.metadata.annotations["argocd.argoproj.io/hook"]' <"$scratch/2.yaml")"
}

# There is no kubelet here: the test says itself how its Job ends.
end_job() { # NAME
  local at
  at=$(date -u +%Y-%m-%dT%H:%M:%SZ)
  until kubectl -n "$space" patch job "$1" --subresource=status --type=merge --patch "{\"status\": {
    \"startTime\": \"$at\", \"completionTime\": \"$at\", \"succeeded\": 1, \"conditions\": [
    {\"type\": \"SuccessCriteriaMet\", \"status\": \"True\", \"lastTransitionTime\": \"$at\"},
    {\"type\": \"Complete\", \"status\": \"True\", \"lastTransitionTime\": \"$at\"}]}}" >/dev/null 2>&1; do
    sleep 0.1
  done
}

test_helm_test() {
  local tester job
  in_space install "$release" "$chart" "${two_values[@]}" "${own_class[@]}" >/dev/null
  job=$(in_space get hooks "$release" | of Job .metadata.name)
  in_space test "$release" --timeout 120s >"$scratch/said" 2>&1 &
  tester=$!
  until kubectl -n "$space" get job "$job" >/dev/null 2>&1 || ! kill -0 "$tester"; do sleep 0.1; done
  expect_same 'the class of the claim' "$space-$job" \
    "$(field persistentvolumeclaim "$job" .spec.storageClassName)"
  expect_same 'what stays on the export' delete "$(field storageclass "$space-$job" .parameters.onDelete)"
  end_job "$job"
  wait "$tester" || failed "helm test: $(<"$scratch/said")"
  expect_text 'helm test' Succeeded "$(<"$scratch/said")"
  kubectl -n "$space" wait --for=delete "persistentvolumeclaim/$job" --timeout=60s >/dev/null
  expect_same 'what is left of the test' '' \
    "$(kubectl -n "$space" get job,persistentvolumeclaim -o name; kubectl get storageclass "$space-$job" -o name 2>/dev/null || true)"
}

test_upgrade_and_rollback() {
  local before
  in_space install "$release" "$chart" "${two_values[@]}" "${own_class[@]}" >/dev/null
  before=$(objects)
  in_space upgrade "$release" "$chart" "${two_values[@]}" "${own_class[@]}" --set binding=controller,replicaCount=2 \
    --set-json "storageClasses=[{\"name\":\"second-$token\",\"onDelete\":\"delete\"}]" >/dev/null
  expect_same replicas 2 "$(field deployment "$name" .spec.replicas)"
  expect_same 'the second class' delete "$(field storageclass "second-$token" .parameters.onDelete)"
  expect_no_text 'rights of binding=controller' persistentvolumes/status \
    "$(field clusterrole "$name-runner" .rules[*].resources)"
  in_space rollback "$release" 1 >/dev/null
  expect_same replicas 1 "$(field deployment "$name" .spec.replicas)"
  expect_same 'after the rollback' "$before" "$(objects)"
  expect_text 'rights of binding=direct' persistentvolumes/status \
    "$(field clusterrole "$name-runner" .rules[*].resources)"
  in_space uninstall "$release" >/dev/null
  expect_same 'what is left' '' "$(objects)"
}

test_fixed_parameters() {
  in_space install "$release" "$chart" "${two_values[@]}" "${own_class[@]}" >/dev/null
  expect_refused 'another onDelete' "kubectl delete storageclass class-$token" \
    in_space upgrade "$release" "$chart" "${two_values[@]}" "${own_class[@]}" --set storageClass.onDelete=delete
  kubectl delete storageclass "class-$token" >/dev/null
  in_space upgrade "$release" "$chart" "${two_values[@]}" "${own_class[@]}" --set storageClass.onDelete=delete >/dev/null
  expect_same 'the class made anew' delete "$(field storageclass "class-$token" .parameters.onDelete)"
}

begin privileged
"test_${1:?name a test}"
((failures == 0))
