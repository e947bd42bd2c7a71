#!/usr/bin/env bash
# What a build and its tests need beyond this tree: Debian's packages, a local Kubernetes control plane, and helm.
#   setup.sh                     all of it
#   setup.sh packages [GROUP..]  only the packages of these groups (build, test, lint; these without one)
#   setup.sh control-plane       only the control plane
#   setup.sh helm                only helm
#   setup.sh actionlint          only actionlint, which `make lint` needs
#   setup.sh docs                only what `make docs` needs
#   setup.sh charts              only what `make chart` needs: helm, chart-testing (ct), what that calls
#   setup.sh pods                only what runs pods: kubelet, containerd, runc
#   setup.sh eck                 only what the example with Elasticsearch needs: Elastic's operator, a stand-in for its image
#   setup.sh path [PRODUCT]      print where a product is (the control plane's binary without one); fails when it is
#                                not built yet; `path eck-sources`: the sources of Elastic's operator; `path go`: the go that builds
# CONTROL_PLANE_BIN=/path, HELM_BIN=/path, ACTIONLINT_BIN=/path and CT_BIN=/path name ready binaries; SKIP_PACKAGES=1 takes
# the packages for granted.
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

# Images are built without that file.
with_python_tools() { # COMMAND..
  # shellcheck source=tests/cluster/python_tools.sh
  source "$here/python_tools.sh"
  "$@"
}

case ${1:-all} in
  all)
    install_packages build test lint docs
    build_product control-plane
    build_product helm
    build_product actionlint
    build_product ct
    with_python_tools build_python_tools charts
    ;;
  packages)
    shift
    if (($# == 0)); then set -- build test lint; fi
    install_packages "$@"
    ;;
  control-plane | helm | actionlint) build_product "$1" ;;
  pods)
    install_packages pods
    build_products "${pod_products[@]}"
    ;;
  eck) build_products "${eck_products[@]}" ;;
  docs)
    install_packages docs
    with_python_tools build_python_tools docs
    ;;
  charts)
    install_packages docs
    build_product helm
    build_product ct
    with_python_tools build_python_tools charts
    ;;
  path)
    case ${2:-control-plane} in
      docs | charts) with_python_tools print_python_tools "$2" ;;
      eck-sources) print_eck_sources ;;
      go) print_go ;;
      *) print_path "${2:-control-plane}" ;;
    esac
    ;;
  *) fail "unknown word '$1': packages, control-plane, helm, actionlint, docs, charts, pods, eck or path" ;;
esac
