#!/bin/bash
# A small ingress controller: HAProxy serves the Ingresses of one class on port 80. CLASS names the IngressClass,
# CONTROLLER is what the class must say in spec.controller; the pod's ServiceAccount must be allowed to list Ingresses,
# their classes, Services and EndpointSlices.
set -euo pipefail
readonly account=/var/run/secrets/kubernetes.io/serviceaccount
readonly api=https://$KUBERNETES_SERVICE_HOST:$KUBERNETES_SERVICE_PORT
readonly config=/run/haproxy.cfg

list() { # PATH
  curl --silent --show-error --fail --max-time 10 --cacert "$account/ca.crt" \
    --header "Authorization: Bearer $(<"$account/token")" "$api/$1"
}

write_config() { # FILE
  jq --null-input --raw-output --arg class "$CLASS" --arg controller "$CONTROLLER" \
    --argjson classes "$(list apis/networking.k8s.io/v1/ingressclasses)" \
    --argjson ingresses "$(list apis/networking.k8s.io/v1/ingresses)" \
    --argjson services "$(list api/v1/services)" \
    --argjson slices "$(list apis/discovery.k8s.io/v1/endpointslices)" \
    --from-file /usr/local/share/config.jq >"$1"
}

# The proxy's master process takes a new configuration when it is told to.
follow() {
  write_config "$config.new" || return 0
  if cmp -s "$config.new" "$config"; then return; fi
  haproxy -c -q -f "$config.new" || return 0
  mv "$config.new" "$config"
  if [[ -n ${proxy:-} ]]; then
    kill -USR2 "$proxy"
  else
    haproxy -W -db -f "$config" &
    proxy=$!
  fi
  echo "controller: class $CLASS: $(grep -c '^backend i_' "$config" || true) backends"
}

trap 'exit 0' TERM INT
while :; do
  follow
  if [[ -n ${proxy:-} ]] && ! kill -0 "$proxy" 2>/dev/null; then exit 1; fi
  sleep 0.5 &
  wait $!
done
