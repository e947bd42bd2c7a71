#!/usr/bin/env bash
# Makes what a story needs beyond a cluster with the program's image, if the cache does not have it, and prints the images
# for its node, a line each: needs.sh STORY. Fails when something cannot be had, and says what.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/e2e/images.sh
source tests/e2e/images.sh

need_mariadb() {
  keep_image mariadb "$(sed -n 's/^image: //p' examples/mariadb-comes-back/chart/values.yaml)"
}

need_haproxy() {
  keep_image haproxy localhost/ingress:1
}

case $1 in
  mariadb-comes-back) need_mariadb ;;
  ingress) need_haproxy ;;
esac
