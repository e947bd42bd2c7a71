# shellcheck shell=bash
# For the chart's tests against the real API server of the integration tests, in CLUSTER_DIR: kubectl, and a namespace
# and a release of the test's own, which go at the end.
# shellcheck source=tests/charts/support.sh
source "$(dirname "${BASH_SOURCE[0]}")/support.sh"

export KUBECONFIG=${CLUSTER_DIR:?the directory of a running control plane, see tests/cluster/cluster.sh}/admin.kubeconfig
kubectl() { "$CLUSTER_DIR/bin/kubectl" "$@"; }

token=$(tr -dc a-z0-9 </dev/urandom | head -c 6 || true)
readonly space=charts-$token
readonly release=nfs-$token
# shellcheck disable=SC2034 # the tests that source this use it
readonly name=$release-nfs-subdir-external-provisioner
# The name of the class is the release's: those of the tests that run beside this one must not meet.
readonly two_values=(--set nfs.server=nfs.example.com --set nfs.path=/data/nfs)
readonly own_class=(--set "storageClass.name=class-$token")

clear_away() {
  if helm status "$release" --namespace "$space" >/dev/null 2>&1; then
    helm uninstall "$release" --namespace "$space" >/dev/null || true
  fi
  kubectl delete namespace "$space" >/dev/null || true
  rm -rf "$scratch"
}

begin() { # LEVEL, of Pod Security
  kubectl create namespace "$space" >/dev/null
  trap clear_away EXIT
  kubectl label namespace "$space" "pod-security.kubernetes.io/enforce=$1" >/dev/null
  until kubectl -n "$space" get serviceaccount default >/dev/null 2>&1; do sleep 0.05; done
}

in_space() { # HELM-VERB WORD..
  helm "$1" --namespace "$space" "${@:2}"
}

# Everything in the cluster that belongs to the release, one KIND/NAME a line.
objects() {
  kubectl -n "$space" get -l "release=$release" -o name serviceaccount,deployment,role,rolebinding,persistentvolumeclaim,\
service,configmap,ingress,networkpolicy,poddisruptionbudget,daemonset,storageclass,clusterrole,clusterrolebinding,\
persistentvolume
}

field() { # KIND NAME JSONPATH
  kubectl -n "$space" get "$1" "$2" -o jsonpath="{$3}"
}
