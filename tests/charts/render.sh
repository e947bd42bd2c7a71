#!/usr/bin/env bash
# The chart as helm alone sees it, without a cluster.
#   render.sh lint      helm lint, with each file of values/
#   render.sh ct        chart-testing's `ct lint` with its default rules, but for those that ask a remote repository (the
#                       version's increment, the maintainers' accounts); and what Artifact Hub wants of Chart.yaml
#   render.sh refusals  values that are unknown or mistyped, and what is said about them
#   render.sh golden    what values/NAME.yaml gives is what stands in golden/NAME.yaml
#   render.sh renew     write golden/, README.md's table and charts/kustomize/base anew; look at the difference before it is committed
#   render.sh readme    README.md's table says what values.yaml does
#   render.sh version   the chart's appVersion, which names the image, is the program's
#   render.sh base      charts/kustomize/base is what the chart gives
#   render.sh package   helm package, and the package gives the same objects
set -euo pipefail
# shellcheck source=tests/charts/support.sh
source "$(dirname "${BASH_SOURCE[0]}")/support.sh"

# The cluster's version does not hang on the helm that renders.
rendered() { # VALUES [CHART]
  helm template nfs "${2:-$chart}" --namespace storage --kube-version 1.36.3 --values "$1"
}

check_lint() {
  local values
  for values in "$here"/values/*.yaml "$chart"/examples/*.yaml; do
    helm lint "$chart" --strict --quiet --values "$values" --set nfs.server=nfs.example.com ||
      failed "helm lint with ${values##*/}"
  done
}

# It takes the programs that it calls from PATH, and its rules from ct/: copies of its own.
ct_lint() {
  mkdir -p "$scratch/bin"
  ln -sf "$helm_binary" "$scratch/bin/helm"
  PATH=$scratch/bin:$("$here/../cluster/setup.sh" path charts):$PATH "$("$here/../cluster/setup.sh" path ct)" lint \
    --charts "$chart" --chart-yaml-schema "$here/ct/chart_schema.yaml" --lint-conf "$here/lintconf.yaml" \
    --check-version-increment=false --validate-maintainers=false
}

check_ct() {
  local field said
  said=$(ct_lint 2>&1) || { echo "$said" >&2 && failed 'ct lint'; }
  yamllint --strict --config-file "$here/lintconf.yaml" "$chart/Chart.yaml" "$chart/values.yaml" "$chart/examples" \
    "$chart/../kustomize" "$here/values" || failed 'yamllint'
  for field in .name .home .version .apiVersion .appVersion .description .icon '.maintainers[0].name' '.sources[0]' \
    '.annotations["artifacthub.io/images"]' '.annotations["artifacthub.io/changes"]'; do
    of '' "$field // empty" <"$chart/Chart.yaml" | grep -q . || failed "Chart.yaml has no $field"
  done
  expect_same 'the image that Artifact Hub scans' "$(of '' '.name + ":" + .appVersion' <"$chart/Chart.yaml")" \
    "$(of '' '.annotations["artifacthub.io/images"]' <"$chart/Chart.yaml" | of '' '.[0].image')"
}

check_golden() {
  local values name
  for values in "$here"/values/*.yaml; do
    name=$(basename "$values" .yaml)
    rendered "$values" >"$scratch/$name" || failed "$name is not rendered"
    diff -uB "$here/golden/$name.yaml" "$scratch/$name" ||
      failed "$name differs; when that is meant: tests/charts/render.sh renew"
  done
}

renew() {
  local values
  for values in "$here"/values/*.yaml; do rendered "$values" >"$here/golden/$(basename "$values")"; done
  base_of_kustomize >"$base"
  readme_with_table >"$scratch/README.md"
  cp "$scratch/README.md" "$chart/README.md"
}

readonly base=$chart/../kustomize/base/provisioner.yaml

base_of_kustomize() {
  echo '# Made from the chart: tests/charts/render.sh renew'
  helm template nfs-subdir-provisioner "$chart" --namespace nfs-subdir-provisioner --kube-version 1.36.3 --skip-tests \
    --values "$chart/../kustomize/values.yaml"
}

check_base() {
  diff -uB "$base" <(base_of_kustomize) || failed 'the base for kustomize is not in step: tests/charts/render.sh renew'
}

# The README, with what stands between its marks made anew.
readme_with_table() {
  sed '/^<!-- values -->$/q' "$chart/README.md"
  awk -f "$here/values_table.awk" "$chart/values.yaml"
  sed -n '/^<!-- \/values -->$/,$p' "$chart/README.md"
}

check_readme() {
  diff -u "$chart/README.md" <(readme_with_table) || failed 'README.md is not in step: tests/charts/render.sh renew'
}

check_version() {
  expect_same 'appVersion' "$(sed -n 's/^project(.* VERSION \([0-9.]*\) .*/\1/p' "$here/../../CMakeLists.txt")" \
    "$(sed -n 's/^appVersion: "\(.*\)"$/\1/p' "$chart/Chart.yaml")"
}

check_package() {
  local file
  helm package "$chart" --destination "$scratch" >/dev/null
  rendered "$here/values/two-values.yaml" "$scratch"/nfs-subdir-provisioner-*.tgz >"$scratch/packaged"
  diff -uB "$here/golden/two-values.yaml" "$scratch/packaged" || failed 'the package gives other objects'
  for file in LICENSE CHANGELOG.md README.md; do
    tar -xzOf "$scratch"/nfs-subdir-provisioner-*.tgz "nfs-subdir-provisioner/$file" | diff "$chart/$file" - >/dev/null ||
      failed "$file is not in the package"
  done
  diff "$here/../../LICENSE" "$chart/LICENSE" || failed "the chart's LICENSE is another one"
}

# Helm 3 reads the schema with another library, which has words of its own.
check_refusals() {
  local value said version
  version=$(helm version --short)
  while IFS='|' read -r value said; do
    if [[ $version == v3.* && $said =~ ^(at \'|additional|invalid propertyName) ]]; then said=; fi
    expect_refused "$value" "$said" helm template nfs "$chart" --set-json 'nfs.server="nfs.example.com"' --set-json "$value"
  done <"$here/refusals.txt"
}

case ${1:-} in
  lint) check_lint ;;
  ct) check_ct ;;
  refusals) check_refusals ;;
  golden) check_golden ;;
  renew) renew ;;
  readme) check_readme ;;
  version) check_version ;;
  base) check_base ;;
  package) check_package ;;
  *)
    echo 'usage: render.sh lint|ct|refusals|golden|renew|readme|version|base|package' >&2
    exit 2
    ;;
esac
end
