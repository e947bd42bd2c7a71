#!/usr/bin/env bash
# Tests what starts and ends the test control plane, with stand-ins for its parts. Fetches nothing. Status 77: there is
# no Go that is new enough.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
go=$("$here/setup.sh" path go) || exit 77
cd "$here/controlplane"
unset GOFLAGS OWNER_PID SCHEDULER API_PORT KCM_FLAGS
export GOPROXY=off GOTOOLCHAIN=local
"$go" vet ./cluster
"$go" test -count=1 ./cluster
