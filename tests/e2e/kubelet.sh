# shellcheck shell=bash
# shellcheck disable=SC2154 # inside.sh and another_node.sh say what is used here
# The kubelet of a node, in $dir, with our mount in its PATH; cluster and export are in $shared. Whoever reaches it may do
# all: the network is its own.
write_kubelet_config() {
  cat >"$dir/kubelet.yaml" <<END
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
failCgroupV1: false
failSwapOn: false
cgroupDriver: cgroupfs
cgroupsPerQOS: false
enforceNodeAllocatable: []
protectKernelDefaults: true
makeIPTablesUtilChains: false
containerRuntimeEndpoint: unix://$runtime_socket
address: $node_address
healthzPort: 0
readOnlyPort: 0
authentication: {anonymous: {enabled: true}, webhook: {enabled: false}}
authorization: {mode: AlwaysAllow}
resolvConf: ""
volumePluginDir: $dir/volumeplugins
imageGCHighThresholdPercent: 100
evictionHard: {memory.available: 10Mi, nodefs.available: "0%", imagefs.available: "0%"}
syncFrequency: 5s
nodeStatusUpdateFrequency: 5s
END
}

# A certificate says which node it is; the API server lets it see what its pods need, and no more (Node, NodeRestriction).
write_node_kubeconfig() {
  local pki=$shared/cluster/pki
  openssl ecparam -name prime256v1 -genkey -noout -out "$dir/node.key"
  openssl req -new -key "$dir/node.key" -subj "/O=system:nodes/CN=system:node:$node_name" |
    openssl x509 -req -CA "$pki/ca.crt" -CAkey "$pki/ca.key" -CAcreateserial -days 2 -out "$dir/node.crt" 2>/dev/null
  cat >"$dir/node.kubeconfig" <<END
apiVersion: v1
kind: Config
current-context: node
clusters:
- {name: test, cluster: {server: "https://$service_address", certificate-authority: $pki/ca.crt}}
users:
- {name: node, user: {client-certificate: $dir/node.crt, client-key: $dir/node.key}}
contexts:
- {name: node, context: {cluster: test, user: node}}
END
}

start_kubelet() {
  mkdir -p "$dir/tools" "$dir/volumeplugins"
  ln -sf "$here/mount.sh" "$dir/tools/mount"
  write_kubelet_config
  write_node_kubeconfig
  PATH=$dir/tools:$PATH NODE_EXPORT=$shared/export NODE_MOUNTS=$shared/mounts \
    "$("$here/../cluster/setup.sh" path kubelet)" --kubeconfig "$dir/node.kubeconfig" --config "$dir/kubelet.yaml" \
    --root-dir "$dir/kubelet" --cert-dir "$dir/kubelet-pki" --hostname-override "$node_name" --node-ip "$node_address" \
    >"$dir/log/kubelet" 2>&1 &
}
