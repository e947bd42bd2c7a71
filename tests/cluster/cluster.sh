#!/usr/bin/env bash
# Calls the test control plane (controlplane/cluster): cluster.sh VERB DIR [WORD..]; without words it lists the verbs.
# `up` takes the binary that setup.sh built, or CONTROL_PLANE_BIN; the other verbs take the one that was started in DIR.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
binary=
if [[ ${1:-} != up && -e ${2:-}/binary ]]; then
  binary=$(<"$2/binary")
elif [[ ${1:-} == down ]]; then
  exit # nothing was started there
fi
if [[ ! -x $binary ]]; then binary=$("$here/setup.sh" path); fi
exec "$binary" "${@:-help}"
