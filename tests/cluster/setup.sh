#!/usr/bin/env bash
# What a build and its tests need beyond this tree: Debian's packages, and a local Kubernetes control plane.
#   setup.sh                     both
#   setup.sh packages [GROUP..]  only the packages of these groups (build, test, lint; all without one)
#   setup.sh control-plane       only the control plane
#   setup.sh path                print where the control plane's binary is; fails when it is not built yet
# CONTROL_PLANE_BIN=/path names a ready binary; SKIP_PACKAGES=1 takes the packages for granted.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# shellcheck source=tests/cluster/progress.sh
source "$here/progress.sh"
# shellcheck source=tests/cluster/packages.sh
source "$here/packages.sh"
# shellcheck source=tests/cluster/binary.sh
source "$here/binary.sh"

case ${1:-all} in
  all)
    install_packages build test lint
    build_control_plane
    ;;
  packages)
    shift
    if (($# == 0)); then set -- build test lint; fi
    install_packages "$@"
    ;;
  control-plane) build_control_plane ;;
  path) control_plane_path ;;
  *) fail "unknown word '$1': packages, control-plane or path" ;;
esac
