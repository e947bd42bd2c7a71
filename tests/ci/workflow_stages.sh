#!/usr/bin/env bash
# .github/workflows/ci.yml runs every stage of .ci/run, and no other.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

known() { sed -n '/^run_stage()/,/^}/s/^    \([a-z0-9 |]*\))$/\1/p' .ci/run | tr -d ' ' | tr '|' '\n' | sort; }
asked_for() { sed -n 's/^ *stages: \[\(.*\)\]$/\1/p' .github/workflows/ci.yml | grep -oE '[a-z0-9]+' | sort; }

[[ -n $(known) ]]
diff <(known) <(asked_for)
