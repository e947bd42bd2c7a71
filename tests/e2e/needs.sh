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

need_elasticsearch() {
  local version
  tests/cluster/setup.sh eck >&2
  tests/cluster/setup.sh path eck-sources >/dev/null # they have the CRDs; a node has no network to fetch them
  version=$(sed -n 's/^  version: //p' examples/elasticsearch/persistent.yaml)
  room=$(mktemp -d)
  trap 'rm -rf "$room"' EXIT
  echo "$version" >"$room/version"
  keep_image elasticsearch "docker.elastic.co/elasticsearch/elasticsearch:$version" "$room/version" \
    "$(tests/cluster/setup.sh path elasticsearch-stand-in)"
}

case $1 in
  mariadb-comes-back) need_mariadb ;;
  ingress) need_haproxy ;;
  elasticsearch) need_elasticsearch ;;
esac
