# shellcheck shell=bash
# shellcheck disable=SC2154 # support.sh says what is used here
# The chapter of nodes: a DaemonSet sets what Elasticsearch needs. The value is the whole machine's, and other runs play
# this chapter, too: one after the other (support.sh).

nodes_are_tuned() {
  local said
  take_map_count
  echo 65530 >"$map_count"
  kubectl label namespace storage pod-security.kubernetes.io/enforce=privileged --overwrite >/dev/null
  helm upgrade nfs "$chart" --namespace storage "${two_values[@]}" --set nodeTuning.enabled=true \
    --set-json 'nodeTuning.sysctls={"vm.max_map_count": 262144}'
  await_pods storage daemonset/nfs-nfs-subdir-external-provisioner-node-tuning
  expect_same vm.max_map_count 262144 "$(<"$map_count")"
  said=$(kubectl --namespace storage logs daemonset/nfs-nfs-subdir-external-provisioner-node-tuning --container tune)
  grep -q 'vm.max_map_count.*65530.*262144' <<<"$said" || fail "the log does not say what was changed: $said"
  put_map_count_back
  step "nodeTuning: vm.max_map_count was 65530 and is 262144; its log: $(tail -n 1 <<<"$said")"
}
