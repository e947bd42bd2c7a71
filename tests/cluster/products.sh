# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # binary.sh goes by what is set here, setup.sh says where `here` is
# What is built from Go modules: versions, sources, flags.
readonly kubernetes_version=1.36.3
readonly helm_version=4.2.4
readonly containerd_version=2.3.7
readonly actionlint_version=1.7.12
readonly eck_version=3.5.0
readonly ct_version=3.14.0
# What runs pods, beside the control plane.
readonly pod_products=(kubelet containerd containerd-shim-runc-v2 ctr)
# For the example with Elasticsearch: Elastic's operator, and what stands in for Elasticsearch.
readonly eck_products=(elastic-operator elasticsearch-stand-in)

build_products() { # PRODUCT..
  local product
  for product in "$@"; do build_product "$product"; done
}

# Sets what binary.sh goes by: what is built, how it is called, from where, and which variable names a ready one.
choose_product() { # PRODUCT
  case $1 in
    control-plane)
      title='the test control plane' estimate='about 5 minutes' disk_needed_gb=4
      variable=CONTROL_PLANE_BIN given=${CONTROL_PLANE_BIN:-}
      file=controlplane version=$kubernetes_version
      go_sources=$here/controlplane go_package=.
      ;;
    helm)
      title=helm estimate='about a minute' disk_needed_gb=2
      variable=HELM_BIN given=${HELM_BIN:-}
      file=helm version=$helm_version
      go_sources=$here/helm go_package=helm.sh/helm/v4/cmd/helm
      ;;
    actionlint)
      title=actionlint estimate='half a minute' disk_needed_gb=1
      variable=ACTIONLINT_BIN given=${ACTIONLINT_BIN:-}
      file=actionlint version=$actionlint_version
      go_sources=$here/../lint/actionlint go_package=github.com/rhysd/actionlint/cmd/actionlint
      ;;
    ct)
      title='chart-testing (ct)' estimate='half a minute' disk_needed_gb=1
      variable=CT_BIN given=${CT_BIN:-}
      file=ct version=$ct_version
      go_sources=$here/../charts/ct go_package=github.com/helm/chart-testing/v3/ct
      ;;
    kubelet)
      # The control plane's module, so that most of it is compiled already, but a program of its own.
      title='the kubelet' estimate='half a minute after the control plane, else 5 minutes' disk_needed_gb=4
      variable=KUBELET_BIN given=${KUBELET_BIN:-}
      file=kubelet version=$kubernetes_version
      go_sources=$here/controlplane go_package=./kubelet
      ;;
    containerd | containerd-shim-runc-v2 | ctr)
      title=$1 estimate='about a minute' disk_needed_gb=2
      variable=none given=
      file=$1 version=$containerd_version
      go_sources=$here/containerd go_package=github.com/containerd/containerd/v2/cmd/$1
      ;;
    elastic-operator)
      # Elastic License 2.0: it is built for a test, and shipped nowhere.
      title="Elastic's operator (ECK)" estimate='2 minutes' disk_needed_gb=2
      variable=none given=
      file=$1 version=$eck_version
      go_sources=$here/../e2e/eck go_package=github.com/elastic/cloud-on-k8s/v3/cmd
      ;;
    elasticsearch-stand-in)
      title=$1 estimate='seconds' disk_needed_gb=1
      variable=none given=
      file=$1 version=1
      go_sources=$here/../e2e/eck go_package=./elasticsearch
      ;;
    *) fail "unknown product '$1': control-plane, helm, actionlint, ct, ${pod_products[*]}, ${eck_products[*]}" ;;
  esac
}

build_flags() {
  case $file in
    helm)
      printf -- '-trimpath\n-buildvcs=false\n-ldflags\n-s -w -X helm.sh/helm/v4/internal/version.version=v%s\n' \
        "$helm_version"
      ;;
    actionlint | ct | elasticsearch-stand-in)
      printf -- '-trimpath\n-buildvcs=false\n-ldflags\n-s -w\n'
      ;;
    elastic-operator)
      printf -- '-trimpath\n-buildvcs=false\n-ldflags\n-s -w -X github.com/elastic/cloud-on-k8s/v3/pkg/about.version=%s\n' \
        "$eck_version"
      ;;
    containerd* | ctr)
      printf -- '-trimpath\n-buildvcs=false\n-tags\nno_btrfs no_zfs no_devmapper urfave_cli_no_docs\n-ldflags\n-s -w\n'
      ;;
    *) kubernetes_flags ;;
  esac
}

# The directory of the operator's sources, which have its CRDs.
print_eck_sources() {
  local title estimate disk_needed_gb variable given file version go_sources go_package go go_is
  choose_product elastic-operator
  find_go
  cd "$go_sources" && "$go" mod download -json github.com/elastic/cloud-on-k8s/v3 | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p'
}

# Without a version the server calls itself v0.0.0-master, and clients choke on that.
kubernetes_flags() {
  local minor=${kubernetes_version#1.} name
  minor=${minor%%.*}
  printf -- '-trimpath\n-buildvcs=false\n-ldflags\n-s -w'
  for name in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
    printf -- ' -X %s.%s' "$name" "gitVersion=v$kubernetes_version" "$name" gitMajor=1 "$name" "gitMinor=$minor"
  done
  echo
}
