#!/usr/bin/env bash
# What a build and its tests need beyond this tree: Debian's packages, a local Kubernetes control plane, and helm.
#   setup.sh                     all of it
#   setup.sh packages [GROUP..]  only the packages of these groups (build, test, lint; these without one)
#   setup.sh control-plane       only the control plane
#   setup.sh helm                only helm
#   setup.sh actionlint          only actionlint, which `make lint` needs
#   setup.sh docs                only what `make docs` needs
#   setup.sh pods                only what runs pods: kubelet, containerd, runc
#   setup.sh path [PRODUCT]      print where a product is (the control plane's binary without one); fails when it is
#                                not built yet
# CONTROL_PLANE_BIN=/path, HELM_BIN=/path and ACTIONLINT_BIN=/path name ready binaries; SKIP_PACKAGES=1 takes the
# packages for granted.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# shellcheck source=tests/cluster/progress.sh
source "$here/progress.sh"
# shellcheck source=tests/cluster/packages.sh
source "$here/packages.sh"
# shellcheck source=tests/cluster/products.sh
source "$here/products.sh"
# shellcheck source=tests/cluster/binary.sh
source "$here/binary.sh"

case ${1:-all} in
  all)
    install_packages build test lint
    build_product control-plane
    build_product helm
    build_product actionlint
    ;;
  packages)
    shift
    if (($# == 0)); then set -- build test lint; fi
    install_packages "$@"
    ;;
  control-plane | helm | actionlint) build_product "$1" ;;
  pods)
    install_packages pods
    build_pod_products
    ;;
  docs)
    # shellcheck source=tests/cluster/python_tools.sh
    source "$here/python_tools.sh"
    install_packages docs
    build_python_tools
    ;;
  path)
    if [[ ${2:-} == docs ]]; then
      # shellcheck source=tests/cluster/python_tools.sh
      source "$here/python_tools.sh"
      print_python_tools
    else
      print_path "${2:-control-plane}"
    fi
    ;;
  *) fail "unknown word '$1': packages, control-plane, helm, actionlint, docs, pods or path" ;;
esac
