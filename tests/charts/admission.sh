#!/usr/bin/env bash
# The chart's pods and Pod Security: what the API server admits into a namespace that enforces a level, and what not.
#   admission.sh baseline|restricted|node_tuning|test_job
set -euo pipefail
# shellcheck source=tests/charts/cluster.sh
source "$(dirname "${BASH_SOURCE[0]}")/cluster.sh"

# The pod of a workload, as its controller would make it.
make_pod() { # KIND NAME
  kubectl -n "$space" get "$1" "$2" -o json | as_pod
}

# JSON of a workload -> what the API server says of its pod.
as_pod() {
  jq '{apiVersion: "v1", kind: "Pod", metadata: (.spec.template.metadata + {name: "pod"}), spec: .spec.template.spec}' |
    kubectl -n "$space" create --dry-run=server --filename - 2>&1
}

install() { # WORD..
  in_space install "$release" "$chart" "${two_values[@]}" "$@" >/dev/null 2>"$scratch/said" ||
    failed "not installed: $(<"$scratch/said")"
}

test_baseline() {
  begin baseline
  install "${own_class[@]}"
  expect_text 'the pod' created "$(make_pod deployment "$name")"
}

test_restricted() {
  begin restricted
  install "${own_class[@]}"
  expect_refused 'the pod with an nfs volume and as root' 'violates PodSecurity "restricted' make_pod deployment "$name"
  in_space upgrade "$release" "$chart" "${two_values[@]}" "${own_class[@]}" \
    --values "$chart/examples/restricted.yaml" >/dev/null
  expect_text 'the pod' created "$(make_pod deployment "$name")"
}

test_node_tuning() {
  begin baseline
  install "${own_class[@]}" --set nodeTuning.enabled=true,nodeTuning.nfsClient=check
  local tuning=$name-node-tuning
  expect_refused 'a privileged pod' 'violates PodSecurity "baseline' make_pod daemonset "$tuning"
  kubectl label --overwrite namespace "$space" pod-security.kubernetes.io/enforce=privileged >/dev/null
  expect_text 'the pod' created "$(make_pod daemonset "$tuning")"
  in_space upgrade "$release" "$chart" "${two_values[@]}" "${own_class[@]}" \
    --set nodeTuning.enabled=true,nodeTuning.nfsClient=install >/dev/null
  expect_text 'the pod that installs' created "$(make_pod daemonset "$tuning")"
}

# The Job of `helm test`, under the values that `restricted` needs.
test_test_job() {
  begin restricted
  install "${own_class[@]}" --values "$chart/examples/restricted.yaml"
  expect_text 'the pod' created "$(in_space get hooks "$release" |
    kubectl create --dry-run=client --filename - --output json | jq 'select(.kind == "Job")' | as_pod)"
}

"test_${1:?name a test}"
((failures == 0))
