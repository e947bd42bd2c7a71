#!/usr/bin/env bash
# The chart as a dependency of another one: umbrella.sh TEST, with the tests below by their functions' names.
set -euo pipefail
# shellcheck source=tests/charts/support.sh
source "$(dirname "${BASH_SOURCE[0]}")/support.sh"

# A chart with another NFS chart in it, which calls its templates as csi-driver-nfs does.
make_neighbour() {
  mkdir -p "$scratch/umbrella/charts/neighbour/templates"
  printf 'apiVersion: v2\nname: neighbour\nversion: 1.0.0\n' >"$scratch/umbrella/charts/neighbour/Chart.yaml"
  cat >"$scratch/umbrella/charts/neighbour/templates/_helpers.tpl" <<'END'
{{- define "nfs.name" }}neighbour{{ end }}
{{- define "nfs.labels" }}labels: {app: neighbour}{{ end }}
END
}

# What each template of the chart defines; names are shared by all charts of a release.
test_defines() {
  local names
  names=$(grep -rhoP 'define "\K[^"]+' "$chart/templates")
  expect_text 'the names' nfs-subdir-provisioner.fullname "$names"
  expect_same 'names that another chart may have' '' "$(grep -v '^nfs-subdir-provisioner\.' <<<"$names" || true)"
}

test_neighbour() {
  make_umbrella ""
  make_neighbour
  printf '  - {name: neighbour, version: 1.0.0}\n' >>"$scratch/umbrella/Chart.yaml"
  expect_same 'the selector' nfs-subdir-external-provisioner \
    "$(render_umbrella nfs-subdir-provisioner.nfs.server=a | of Deployment .spec.selector.matchLabels.app)"
  expect_same 'the labels of the class' nfs-subdir-external-provisioner \
    "$(render_umbrella nfs-subdir-provisioner.nfs.server=a | of StorageClass .metadata.labels.app | sort -u)"
}

test_aliases() {
  local rendered
  make_umbrella fast slow
  rendered=$(render_umbrella fast.nfs.server=a,fast.storageClass.name=fast,slow.nfs.server=b,slow.storageClass.name=slow)
  expect_same 'the Deployments' $'rel-fast a\nrel-slow b' \
    "$(of Deployment '.metadata.name + " " + .spec.template.spec.volumes[0].nfs.server' <<<"$rendered")"
  expect_same 'who serves the classes' $'fast cluster.local/rel-fast\nslow cluster.local/rel-slow' \
    "$(of StorageClass 'select(.metadata.annotations["helm.sh/hook"] == null) | .metadata.name + " " + .provisioner' <<<"$rendered")"
  expect_same 'objects that are there twice' '' "$(of '' '.kind + " " + .metadata.name' <<<"$rendered" | sort | uniq -d)"
}

"test_${1:?name a test}"
end
