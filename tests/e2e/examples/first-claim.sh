#!/usr/bin/env bash
# examples/first-claim: its README.
set -Eeuo pipefail
# shellcheck source=tests/e2e/examples/example.sh
source "$(dirname "${BASH_SOURCE[0]}")/example.sh"

install_program
open_page examples/first-claim/README.md
run_block 'a pod writes a line'
first=$(kubectl --namespace first logs writer)
expect_same 'lines of the first pod' 1 "$(grep -c . <<<"$first" || true)"
run_block 'pod and claim are deleted and made again: its line, and another one'
second=$(kubectl --namespace first logs writer)
expect_same 'the first line of the second pod' "$first" "$(head -n 1 <<<"$second")"
expect_same 'lines of the second pod' 2 "$(wc -l <<<"$second")"
close_page
kubectl delete namespace first >/dev/null
await 60 'the volume is gone' volumes_are_gone
uninstall_program
