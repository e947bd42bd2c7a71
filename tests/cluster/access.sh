# shellcheck shell=bash
# How to get into a cluster: its CA, keys, tokens, kubeconfigs and kubectl, all in the current directory.

ec_key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1"; }

make_pki() {
  if [[ -s pki/tokens.csv ]]; then return; fi
  ec_key pki/ca.key
  openssl req -x509 -new -key pki/ca.key -days 3650 -subj /CN=test-ca -out pki/ca.crt
  ec_key pki/apiserver.key
  openssl req -new -key pki/apiserver.key -subj /CN=kube-apiserver |
    openssl x509 -req -CA pki/ca.crt -CAkey pki/ca.key -CAcreateserial -days 3650 -out pki/apiserver.crt -extfile \
      <(echo 'subjectAltName=IP:127.0.0.1,IP:10.96.0.1,DNS:localhost,DNS:kubernetes,DNS:kubernetes.default.svc') \
      2>/dev/null
  ec_key pki/sa.key
  openssl ec -in pki/sa.key -pubout -out pki/sa.pub 2>/dev/null
  make_tokens
}

make_tokens() {
  local user
  for user in admin provisioner nobody; do openssl rand -hex 16 >"pki/$user.token"; done
  {
    echo "$(<pki/admin.token),admin,admin,\"system:masters\""
    echo "$(<pki/provisioner.token),provisioner,provisioner"
    echo "$(<pki/nobody.token),nobody,nobody"
  } >pki/tokens.csv
}

# Sockets on this machine: local address and state (0A: listens).
sockets() { awk '{print $2, $4}' /proc/net/tcp /proc/net/tcp6 2>/dev/null; }

port_in_use() { grep -q ":$(printf %04X "$1") " <<<"$(sockets)"; }

port_listened_on() { grep -q ":$(printf %04X "$1") 0A" <<<"$(sockets)"; }

# A random port that nobody listens on now, below those that the kernel gives to outgoing connections.
choose_port() {
  local port=${API_PORT:-}
  while [[ -z ${API_PORT:-} ]]; do
    port=$((20000 + RANDOM % 12000))
    if ! port_in_use "$port"; then break; fi
  done
  echo "$port" >api.port
}

write_kubeconfigs() {
  local user
  for user in admin provisioner nobody; do
    cat >"$user.kubeconfig" <<END
apiVersion: v1
kind: Config
current-context: $user
clusters:
- name: test
  cluster: {server: "https://127.0.0.1:$(<api.port)", certificate-authority-data: $(base64 -w0 pki/ca.crt)}
users:
- name: $user
  user: {token: $(<"pki/$user.token")}
contexts:
- name: $user
  context: {cluster: test, user: $user, namespace: default}
END
  done
}

# As admin, unless KUBECONFIG or a flag says otherwise.
write_kubectl() {
  cat >bin/kubectl <<END
#!/bin/sh
KUBECONFIG=\${KUBECONFIG:-$(printf %q "$dir/admin.kubeconfig")}
export KUBECONFIG
exec $(printf %q "$binary") kubectl "\$@"
END
  chmod +x bin/kubectl
}
