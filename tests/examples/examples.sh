#!/usr/bin/env bash
# The examples: what the API server says of their manifests (dry run), what helm says of their charts and values, and
# whether their READMEs are short. Kinds that this API server does not know are only read as YAML.
#   CLUSTER_DIR=dir examples.sh
set -euo pipefail
# shellcheck source=tests/charts/cluster.sh
source "$(dirname "${BASH_SOURCE[0]}")/../charts/cluster.sh"
readonly examples=$here/../../examples

unknown_kind() { # FILE
  grep -q '^apiVersion: elasticsearch.k8s.elastic.co/' "$1"
}

check_manifest() { # FILE
  local said
  if unknown_kind "$1"; then
    said=$(kubectl create --dry-run=client --validate=false --filename "$1" 2>&1) || true
    expect_text "$1" 'no matches for kind "Elasticsearch"' "$said"
  else
    said=$(kubectl -n "$space" create --dry-run=server --validate=strict --filename "$1" 2>&1) || failed "$1: $said"
  fi
}

check_chart() { # DIRECTORY
  local said
  said=$(helm lint --strict --quiet "$1" 2>&1) || failed "$1: $said"
  helm template example "$1" >"$scratch/rendered.yaml"
  check_manifest "$scratch/rendered.yaml"
}

check_values() { # FILE
  local said
  said=$(helm template nfs "$chart" --namespace "$space" "${two_values[@]}" "${own_class[@]}" --values "$1" 2>&1 >"$scratch/rendered.yaml") || failed "$1: $said"
  said=$(kubectl create --dry-run=server --filename "$scratch/rendered.yaml" 2>&1) || failed "$1: $said"
}

begin baseline
for example in "$examples"/*/; do
  lines=$(wc -l <"$example/README.md")
  ((lines <= 30)) || failed "$example/README.md has $lines lines, more than 30"
  if [[ -d $example/chart ]]; then check_chart "$example/chart"; fi
  for file in "$example"*.yaml; do
    if [[ ! -e $file ]]; then continue; fi
    case ${file##*/} in
      values.yaml | node-tuning.yaml) check_values "$file" ;;
      *) check_manifest "$file" ;;
    esac
  done
done
((failures == 0))
