#!/usr/bin/env bash
# Makes what a story needs beyond a cluster with the program's image, if the cache does not have it, and prints the images
# for its node, a line each: needs.sh STORY. Fails when something cannot be had, and says what.
# Status 77: that is so because there is no network.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/e2e/images.sh
source tests/e2e/images.sh
readonly story=$1
room=$(mktemp -d)

debian_answers() {
  /usr/lib/apt/apt-helper download-file http://deb.debian.org/debian/dists/bookworm/InRelease "$room/release" \
    >/dev/null 2>&1
}

go_proxy_answers() {
  local go
  go=$(command -v go || echo /usr/local/go/bin/go)
  (cd / && GOMODCACHE=$room/modules "$go" list -modcacherw -m github.com/elastic/cloud-on-k8s/v3@latest) >/dev/null 2>&1
}

network_answers() {
  debian_answers && { [[ $story != elasticsearch ]] || go_proxy_answers; }
}

at_exit() {
  local status=$?
  if ((status == 77)); then status=1; fi # somebody else's 77
  if ((status != 0)) && ! network_answers; then
    echo 'needs.sh: there is no network' >&2
    status=77
  fi
  rm -rf "$room"
  exit "$status"
}
trap at_exit EXIT
trap 'exit 130' INT TERM HUP

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
  echo "$version" >"$room/version"
  keep_image elasticsearch "docker.elastic.co/elasticsearch/elasticsearch:$version" "$room/version" \
    "$(tests/cluster/setup.sh path elasticsearch-stand-in)"
}

case $story in
  mariadb-comes-back) need_mariadb ;;
  ingress) need_haproxy ;;
  elasticsearch) need_elasticsearch ;;
esac
