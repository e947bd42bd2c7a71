#!/usr/bin/env bash
# examples/ingress with a reverse proxy for each of the two classes: the page is fetched through the one of its class, and
# the other one, which serves something else, does not know it.
set -Eeuo pipefail
# shellcheck source=tests/e2e/examples/example.sh
source "$(dirname "${BASH_SOURCE[0]}")/example.sh"
readonly page_host=nfs.example.internal app_host=shop.example.com

start_controller() { # CLASS
  sed "s/THE_CLASS/$1/" "$here/examples/ingress-controller.yaml" | kubectl apply --filename - >/dev/null
}

address_of() { # CLASS
  kubectl --namespace ingress get pods -l "app=$1" -o jsonpath='{.items[0].status.podIP}'
}

# What HOST's page answers through the proxy of CLASS: its status; the body goes to $answer.
readonly answer=$node_dir/answer
fetch() { # CLASS HOST
  curl --silent --max-time 10 --output "$answer" --write-out '%{http_code}' --header "Host: $2" "http://$(address_of "$1")/"
}

is_served() { # CLASS HOST
  [[ $(fetch "$1" "$2") == 200 ]]
}

# Stands in for DNS, in the node's own mounts.
name_page() { # ADDRESS
  { cat /etc/hosts && echo "$1 $page_host"; } >"$node_dir/hosts"
  mount --bind "$node_dir/hosts" /etc/hosts
}

the_readme_is_true() {
  open_page examples/ingress/README.md
  run_block 'two classes; the chart makes an Ingress of the inner one'
  await_pods storage deployment/nfs-nfs-subdir-external-provisioner
  kubectl create namespace ingress >/dev/null
  start_controller inside
  start_controller world
  await_pods ingress deployment/inside deployment/world
  await 60 'the page is served by the inner class' is_served inside "$page_host"
  name_page "$(address_of inside)"
  run_block 'the status page and the metrics, fetched through the inner proxy'
  close_page
}

# The world's proxy knows the tenant's Ingress, which is newer than the page's: it has seen both.
the_other_class_does_not_serve_it() {
  kubectl create namespace shop >/dev/null
  kubectl --namespace shop apply --filename "$here/examples/ingress-app.yaml" >/dev/null
  await 60 "the world's proxy serves the tenant's page" is_served world "$app_host"
  expect_same "the tenant's page" 'hello from the shop' "$(<"$answer")"
  expect_same "the class of the tenant's Ingress, which names none" world \
    "$(kubectl --namespace shop get ingress app -o jsonpath='{.spec.ingressClassName}')"
  expect_same 'the answer of the world to the host of the page' 404 "$(fetch world "$page_host")"
  expect_same "the answer of the inner class to the host of the tenant's page" 404 "$(fetch inside "$app_host")"
  step "the world's proxy serves a tenant's page, and answers 404 for the status page"
}

install_program
the_readme_is_true
the_other_class_does_not_serve_it
kubectl delete namespace shop ingress >/dev/null
kubectl delete --filename examples/ingress/classes.yaml >/dev/null
uninstall_program
