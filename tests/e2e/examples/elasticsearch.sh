#!/usr/bin/env bash
# examples/elasticsearch with the real ECK operator and a stand-in for Elasticsearch (images/elasticsearch): its README,
# and a node that joins later.
set -Eeuo pipefail
# shellcheck source=tests/e2e/examples/example.sh
source "$(dirname "${BASH_SOURCE[0]}")/example.sh"
readonly claim=elasticsearch-data-search-es-default-0

# Beside the cluster, as its developers run it: it reaches Elasticsearch through the API server, and needs no DNS.
start_operator() {
  kubectl create namespace elastic-system >/dev/null
  kubectl apply --server-side --filename \
    "$("$here/../cluster/setup.sh" path eck-sources)/config/crds/v1/all-crds.yaml" >/dev/null
  "$("$here/../cluster/setup.sh" path elastic-operator)" manager --operator-namespace elastic-system \
    --enable-webhook=false --enable-leader-election=false --metrics-port 0 --disable-telemetry \
    --set-default-security-context=true --development --auto-port-forward >"$node_dir/log/operator" 2>&1 &
  kubectl wait --for=condition=Established crd/elasticsearches.elasticsearch.k8s.elastic.co --timeout=60s >/dev/null
  step 'the ECK operator runs, and its resources are known'
}

tuned_node() { # NODE
  kubectl --namespace storage wait pod --selector app=nfs-subdir-external-provisioner-node-tuning,release=nfs \
    --field-selector "spec.nodeName=$1" --for=condition=Ready --timeout=1s
}

nodes_are_tuned() {
  take_map_count
  echo 65530 >$map_count
  run_block 'nodeTuning is switched on'
  expect_same 'vm.max_map_count of the node' 262144 "$(<$map_count)"
}

# Both nodes have the machine's kernel: what is 65530 again is set by the pod of the new node alone.
a_node_joins_later() {
  echo 65530 >$map_count
  unshare --mount --propagation private "$here/another_node.sh" "$node_dir" >"$node_dir/log/node2" 2>&1 &
  await 90 'node2 is tuned' tuned_node node2
  expect_same 'vm.max_map_count once node2 has joined' 262144 "$(<$map_count)"
  step 'a node joins later: its vm.max_map_count was 65530 and is 262144'
}

# The id that the node drew when it first started on its data.
node_id() {
  kubectl exec search-es-default-0 --container elasticsearch -- cat /usr/share/elasticsearch/data/node.id
}

starts() { wc -l <"$export/default/$claim/starts"; }

the_data_comes_back() {
  local id uid
  run_block 'an Elasticsearch with an emptyDir gets green, then one on the class'
  id=$(node_id)
  uid=$(kubectl get persistentvolumeclaim $claim -o jsonpath='{.metadata.uid}')
  expect_same 'class and phase of the claim' 'volumen-tipo-ivan Bound' \
    "$(kubectl get persistentvolumeclaim $claim -o jsonpath='{.spec.storageClassName} {.status.phase}')"
  expect_mount "nfs.example.com:/data/nfs/default/$claim" ''
  expect_same "the node's id on the export" "$id" "$(<"$export/default/$claim/node.id")"
  expect_same 'starts of the node' 1 "$(starts)"
  step "the claim of its StatefulSet is bound, the node $id writes into default/$claim"
  run_block 'deleted and applied again: it gets green'
  [[ $uid != "$(kubectl get persistentvolumeclaim $claim -o jsonpath='{.metadata.uid}')" ]] ||
    fail 'the operator did not delete the claim'
  expect_same 'the id of the node that was made again' "$id" "$(node_id)"
  expect_same 'starts of the node' 2 "$(starts)"
  step 'the claim is new, and the node has its old id and data'
}

the_example_is_removed() {
  kubectl delete --filename examples/elasticsearch/persistent.yaml >/dev/null
  await 120 'the volume of Elasticsearch is gone' volumes_are_gone
}

install_program
open_page examples/elasticsearch/README.md
nodes_are_tuned
a_node_joins_later
start_operator
the_data_comes_back
close_page
the_example_is_removed
uninstall_program
put_map_count_back
