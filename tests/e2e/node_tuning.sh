# shellcheck shell=bash
# shellcheck disable=SC2154 # support.sh says what is used here
# The chapter of nodes: a DaemonSet sets what Elasticsearch needs. The value is the whole machine's, and other runs play
# this chapter, too: one after the other, by the lock that e2e.sh has as 9. Should this one be cut short, e2e.sh puts the
# machine's own value back before the lock is free.

nodes_are_tuned() {
  local said
  flock 9
  cat /proc/sys/vm/max_map_count >"$MAP_COUNT"
  echo 65530 >/proc/sys/vm/max_map_count
  kubectl label namespace storage pod-security.kubernetes.io/enforce=privileged --overwrite >/dev/null
  helm upgrade nfs "$chart" --namespace storage "${two_values[@]}" --set nodeTuning.enabled=true \
    --set-json 'nodeTuning.sysctls={"vm.max_map_count": 262144}'
  await_pods storage daemonset/nfs-nfs-subdir-external-provisioner-node-tuning
  expect_same vm.max_map_count 262144 "$(</proc/sys/vm/max_map_count)"
  said=$(kubectl --namespace storage logs daemonset/nfs-nfs-subdir-external-provisioner-node-tuning --container tune)
  grep -q 'vm.max_map_count.*65530.*262144' <<<"$said" || fail "the log does not say what was changed: $said"
  cat "$MAP_COUNT" >/proc/sys/vm/max_map_count
  rm "$MAP_COUNT"
  flock --unlock 9
  step "nodeTuning: vm.max_map_count was 65530 and is 262144; its log: $(tail -n 1 <<<"$said")"
}
