# shellcheck shell=bash
# shellcheck disable=SC2154 # support.sh says what is used here
# The chapter of nodes: a DaemonSet sets what Elasticsearch needs. e2e.sh puts the machine's own value back.

nodes_are_tuned() {
  local said before
  before=$(</proc/sys/vm/max_map_count)
  echo 65530 >/proc/sys/vm/max_map_count
  kubectl label namespace storage pod-security.kubernetes.io/enforce=privileged --overwrite >/dev/null
  helm upgrade nfs "$chart" --namespace storage "${two_values[@]}" --set nodeTuning.enabled=true \
    --set-json 'nodeTuning.sysctls={"vm.max_map_count": 262144}'
  await_pods storage daemonset/nfs-nfs-subdir-external-provisioner-node-tuning
  expect_same vm.max_map_count 262144 "$(</proc/sys/vm/max_map_count)"
  said=$(kubectl --namespace storage logs daemonset/nfs-nfs-subdir-external-provisioner-node-tuning --container tune)
  grep -q 'vm.max_map_count.*65530.*262144' <<<"$said" || fail "the log does not say what was changed: $said"
  echo "$before" >/proc/sys/vm/max_map_count
  step "nodeTuning: vm.max_map_count was 65530 and is 262144; its log: $(tail -n 1 <<<"$said")"
}
