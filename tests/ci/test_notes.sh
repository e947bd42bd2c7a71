#!/usr/bin/env bash
# .ci/test_notes.awk reads what a real ctest prints, of two runs in one log.
set -euo pipefail
notes=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)/.ci/test_notes.awk
cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT

cat >CTestTestfile.cmake <<'END'
add_test("passes" "true")
add_test("fails at first: once" "bash" "-c" "test -e once || { touch once; exit 1; }")
add_test("fails" "false")
add_test("is killed at first" "bash" "-c" "test -e killed || { touch killed; kill -SEGV $$; }")
add_test("cannot run here" "bash" "-c" "exit 77")
set_tests_properties("cannot run here" PROPERTIES SKIP_RETURN_CODE 77)
END
ctest --output-on-failure --parallel 2 --repeat until-pass:2 >log 2>&1 || true
ctest >>log 2>&1 || true

expected='second try: test: fails
second try: test: fails at first: once
second try: test: is killed at first
skipped: test: cannot run here (Skipped)
skipped: test: cannot run here (Skipped)'
found=$(awk -v stage=test -f "$notes" log | LC_ALL=C sort)
if [[ $found != "$expected" ]]; then
  diff <(echo "$expected") <(echo "$found") || true
  cat log
  exit 1
fi
