#!/usr/bin/env bash
# What values mean that people write: meanings.sh TEST, with the tests below by their functions' names. What is refused
# stands in refusals.txt.
set -euo pipefail
# shellcheck source=tests/charts/support.sh
source "$(dirname "${BASH_SOURCE[0]}")/support.sh"

# Without a value for anything but the server. Words are helm's.
render() { # WORD..
  helm template nfs "$chart" --namespace storage --kube-version 1.36.3 --set nfs.server=nfs.example.com "$@"
}

# The same, with values from stdin.
render_file() { render --values /dev/stdin; }

# What the words give is what stands in $scratch/plain.
expect_render() { # WHAT WORD..
  local what=$1
  shift
  diff -u "$scratch/plain" <(render "$@" 2>&1) >"$scratch/difference" || failed "$what: $(head -30 "$scratch/difference")"
}

readonly own_classes='select(.metadata.annotations["helm.sh/hook"] == null)'

test_umbrella_words() {
  render >"$scratch/plain"
  cat >"$scratch/words" <<'END'
enabled: true
global: {imagePullPolicy: Always, storageClass: fast}
x-options: &options [hard]
nfs: {mountOptions: ""}
END
  expect_render 'words for others' --values "$scratch/words"
}

# Each switch of the schema, as text and as what it is.
test_switches_as_text() {
  local value switches more="storageClasses[0].name=more,nodeTuning.nfsClient=check,ingress.hosts[0].host=a,httpRoute.parentRefs[0].name=a"
  switches=$(jq -r 'paths(type == "object" and .["$ref"] == "#/definitions/boolean") | map(tostring) |
    map(select(. != "properties")) | join(".")' "$chart/values.schema.json" |
    sed 's/storageClasses\.items/storageClasses[0]/' | grep -vx 'podMonitor.enabled\|storageClasses\[0\].defaultClass')
  expect_text 'the switches of the schema' storageClass.create "$switches"
  for value in true false; do
    render --set "$more" --set "${switches//$'\n'/=$value,}=$value" >"$scratch/plain"
    expect_render "all switches $value as text" --set "$more" --set-string "${switches//$'\n'/=$value,}=$value"
  done
  render >"$scratch/plain"
  expect_render 'the switch of the PodMonitor as text' --set-string podMonitor.enabled=false
  expect_same 'the default class as text' '' "$(render --set storageClasses[0].name=more \
    --set-string storageClasses[0].defaultClass=false | of StorageClass '.metadata.annotations["storageclass.kubernetes.io/is-default-class"] // empty')"
}

test_numbers_as_text() {
  local numbers=replicaCount=2,workers=4,http.port=9090,service.port=80,terminationGracePeriodSeconds=1000000
  local more=service.enabled=true,podDisruptionBudget.enabled=true,prometheusRule.enabled=true
  numbers+=,podDisruptionBudget.maxUnavailable=2,prometheusRule.freePercent=5,prometheusRule.purgeBacklog=1000000
  numbers+=,serviceAccount.projectedToken.expirationSeconds=1000000
  more+=,serviceAccount.projectedToken.enabled=true
  render --set "$more" --set "$numbers" >"$scratch/plain"
  expect_render 'numbers as text' --set "$more" --set-string "$numbers"
  # Those of a file are floating ones.
  expect_render 'numbers in a file' --set "$more" --set-json "$numbers"
}

test_no_class() {
  local rendered
  rendered=$(render_file <<<'storageClass: {create: false, name: ""}')
  expect_same 'the classes' '' "$(of StorageClass .metadata.name <<<"$rendered")"
  expect_text 'the program' 'kind: Deployment' "$rendered"
}

test_older_spelling() {
  local rendered
  rendered=$(render_file <<'END'
storageClass: {onDelete: delete}
storageClasses:
  - {name: keep, archiveOnDelete: true}
  - {name: both, archiveOnDelete: true, onDelete: retain}
  - {name: same}
END
)
  expect_same 'the policies' $'volumen-tipo-ivan delete\nkeep true\nboth retain\nsame delete' \
    "$(of StorageClass "$own_classes"' | .metadata.name + " " + (.parameters | .onDelete // .archiveOnDelete)' <<<"$rendered")"
}

# What upstream took for no policy archives, as it did there.
test_words_that_are_no_policy() {
  local word
  for word in true '"true"' false Delete Retain; do
    expect_same "onDelete: $word" '{"archiveOnDelete":"true"}' "$(render --set-json 'storageClass.pathPattern="",storageClass.onCreate=""' \
      --values /dev/stdin <<<"storageClass: {onDelete: $word}" | of StorageClass "$own_classes"' | .parameters | tojson')"
  done
}

# Notes are shown by a dry run of an installation, without a cluster (helm 3 asks for one).
notes() { # WORD..
  helm install nfs "$chart" --dry-run=client --namespace storage --set nfs.server=nfs.example.com "$@" |
    sed -n '/^NOTES:$/,$p'
}

test_notes() {
  local said
  said=$(notes --set storageClass.onDelete=Delete,storageClass.pathPattern=data)
  expect_text 'a word that is no policy' 'onDelete of class volumen-tipo-ivan is Delete' "$said"
  expect_text 'a pattern that is constant' 'gives all its claims the one directory "data"' "$said"
  said=$(notes)
  expect_text 'volumes that are left' 'Before helm uninstall, delete the claims' "$said"
  expect_same 'the warnings' '' "$(grep -E 'WARNING|NOTE:' <<<"$said" || true)"
}

# By the last component of the name, and the tag.
test_images() {
  local image
  for image in reg.example.com/nfs-subdir-external-provisioner/nfs-subdir-provisioner: \
    reg.example.com/mirror/nfs-subdir-external-provisioner:0.1.0 reg.example.com:5000/nfs:v0.1.0; do
    expect_same "$image" "${image/%:/:0.1.0}" \
      "$(render --set "image.repository=${image%:*},image.tag=${image##*:}" | of Deployment '.spec.template.spec.containers[0].image')"
  done
  for image in registry.k8s.io/sig-storage/nfs-subdir-external-provisioner:v4.0.2 mirror/nfs-subdir-external-provisioner: \
    quay.io/external_storage/nfs-client-provisioner:latest nfs-subdir-provisioner:v4.0.2 \
    gcr.io/k8s-staging-sig-storage/nfs-subdir-external-provisioner:arm64-linux-v4.0.2 \
    quay.io/external_storage/nfs-client-provisioner-arm:v3.1.0-k8s1.11; do
    expect_refused "$image" "is upstream's program: take image.repository and image.tag out" \
      render --set "image.repository=${image%:*},image.tag=${image##*:}"
  done
}

test_registries() {
  local repository set
  while read -r set repository; do
    expect_same "$set" "$repository:0.1.0" "$(render --set "$set" | of Deployment '.spec.template.spec.containers[0].image')"
  done <<'END'
image.registry=reg.example.com reg.example.com/nfs-subdir-provisioner
global.imageRegistry=mirror:5000/ mirror:5000/nfs-subdir-provisioner
global.imageRegistry=mirror:5000,image.registry=reg.example.com mirror:5000/nfs-subdir-provisioner
global.imageRegistry=mirror:5000,image.repository=storage/nfs mirror:5000/storage/nfs
global.imageRegistry=mirror:5000,image.repository=reg.example.com/nfs reg.example.com/nfs
global.imageRegistry=mirror:5000,image.repository=localhost/nfs localhost/nfs
END
}

# Nobody can take the labels away by which the Deployment finds its pods, and the six are there.
test_labels() {
  local rendered
  rendered=$(render --set labels.app=other,podLabels.release=other,labels.team=storage)
  expect_same 'the labels that select' '{"app":"nfs-subdir-external-provisioner","release":"nfs"}' \
    "$(of Deployment '.spec.template.metadata.labels | {app, release} | tojson' <<<"$rendered")"
  expect_same 'objects without the recommended labels' '' "$(of '' 'select(
    [.metadata.labels[("name", "instance", "version", "component", "part-of", "managed-by") |
      "app.kubernetes.io/" + .], .metadata.labels["helm.sh/chart"]] | any(. == null)) | .kind' <<<"$rendered")"
}

test_linux() {
  expect_same 'nodes of the pods' $'{"kubernetes.io/os":"linux"}\n{"disk":"ssd","kubernetes.io/os":"linux"}\n{"disk":"ssd","kubernetes.io/os":"linux"}' \
    "$(render --set nodeTuning.enabled=true,nodeTuning.nfsClient=check,nodeSelector.disk=ssd |
      of '' '.spec.template.spec.nodeSelector // empty | tojson')"
}

# The values of the examples for tools, each as its tool holds them.
example_values() { # TOOL
  local file=$chart/examples/gitops
  case $1 in
    argocd) manifests_as_json <"$file/argocd.yaml" | jq .spec.source.helm.valuesObject ;;
    flux) manifests_as_json <"$file/flux.yaml" | jq 'select(.kind == "HelmRelease").spec.values' ;;
    kustomize) manifests_as_json <"$file/kustomization.yaml" | jq '.helmCharts[0].valuesInline' ;;
    terraform) sed -n '/<<-YAML/,/^ *YAML$/p' "$file/main.tf" | sed '1d;$d' ;;
  esac
}

test_examples_for_tools() {
  local tool
  for tool in argocd flux kustomize terraform; do
    example_values "$tool" >"$scratch/$tool.yaml"
    expect_same "the image of $tool" registry.example.com/nfs-subdir-provisioner:0.1.0 \
      "$(render --values "$scratch/$tool.yaml" | of Deployment '.spec.template.spec.containers[0].image')"
  done
  expect_same 'the classes of Argo CD' $'nfs-client {"archiveOnDelete":"true"}\nvolumen-tipo-ivan {"archiveOnDelete":"true","onCreate":"restore","pathPattern":"${.PVC.namespace}/${.PVC.name}"}' \
    "$(render --values "$scratch/argocd.yaml" | of StorageClass "$own_classes"' | .metadata.name + " " + (.parameters | tojson)')"
  jq 'del(.asUpstream, .storageClasses)' "$scratch/argocd.yaml" >"$scratch/new.yaml"
  expect_same 'the class of a new installation with Argo CD' volumen-tipo-ivan \
    "$(render --values "$scratch/new.yaml" | of StorageClass "$own_classes"' | .metadata.name')"
}

# What OpenShift's hostmount-anyuid refuses is not there, and the account is bound to it.
test_openshift() {
  local rendered
  rendered=$(render --values "$chart/examples/openshift.yaml")
  expect_same 'the seccomp profile' null \
    "$(of Deployment '.spec.template.spec | .securityContext.seccompProfile, .containers[0].securityContext.seccompProfile | tojson' <<<"$rendered" | sort -u)"
  expect_same 'who may mount' 'system:openshift:scc:hostmount-anyuid nfs-nfs-subdir-external-provisioner storage' \
    "$(of RoleBinding 'select(.metadata.name | endswith("-scc")) | .roleRef.name + " " + .subjects[0].name + " " + .subjects[0].namespace' <<<"$rendered")"
}

# Values that are right with upstream's chart, over our defaults.
test_defaults_give_way() {
  local container='.spec.template.spec.containers[0]'
  expect_same 'a privileged container' '[true,null]' "$(render --set securityContext.privileged=true |
    of Deployment "$container"'.securityContext | [.privileged, .allowPrivilegeEscalation] | tojson')"
  expect_same 'one that may administer' null "$(render --set 'securityContext.capabilities.add={SYS_ADMIN}' |
    of Deployment "$container.securityContext.allowPrivilegeEscalation")"
  expect_same 'a large request' '{"requests":{"cpu":"10m","memory":"1Gi"}}' \
    "$(render --set resources.requests.memory=1Gi | of Deployment "$container"'.resources | del(.limits | select(. == {})) | tojson')"
  expect_same 'small limits' '{"limits":{"cpu":"5m","memory":"24Mi"},"requests":{"cpu":"5m","memory":"24Mi"}}' \
    "$(render --set resources.limits.cpu=5m,resources.limits.memory=24Mi | of Deployment "$container.resources | tojson")"
  expect_same 'small limits of node tuning' '{"limits":{"memory":"4Mi"},"requests":{"cpu":"1m","memory":"4Mi"}}' \
    "$(render --set nodeTuning.enabled=true,nodeTuning.nfsClient=check,nodeTuning.resources.limits.memory=4Mi |
      of DaemonSet "$container.resources | tojson")"
  expect_same 'no contexts' '[null,null]' "$(render --set securityContext=null,podSecurityContext=null |
    of Deployment "[.spec.template.spec.securityContext, $container.securityContext] | tojson")"
  expect_same 'a probe of its own' '["exec","failureThreshold","periodSeconds","timeoutSeconds"]' \
    "$(render --set-json 'livenessProbe.exec={"command":["true"]}' | of Deployment "$container.livenessProbe | keys | tojson")"
}

"test_${1:?name a test}"
end
