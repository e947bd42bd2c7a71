#!/usr/bin/env bash
# Builds the program as it is shipped, and the benchmarks, and runs them: on a machine without other work, for figures.
#   bench.sh OUT [FLAG..]   OUT: where bench.json, micro.json, table.md and the plots go; flags are those of `bench`
# PEER=/path names a provisioner that takes upstream's environment; it is measured in the same run. It needs root, and
# an empty directory /persistentvolumes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
readonly out=${1:?usage: bench.sh OUT [FLAG..]}
shift
readonly jobs=${JOBS:-$(nproc)}

build() { # PRESET TARGET..
  local preset=$1
  shift
  test -f "build/$preset/build.ninja" || cmake --preset "$preset" >/dev/null
  echo "bench: building $* ($preset)"
  cmake --build --preset "$preset" --parallel "$jobs" --target "$@" | tail -n 1
}

what_is_measured() {
  local commit
  commit=$(git rev-parse --short HEAD 2>/dev/null || echo unknown)
  if [[ -n $(git status --porcelain --untracked-files=no 2>/dev/null) ]]; then commit+=', changed'; fi
  echo "$commit"
}

build release nfs-subdir-provisioner
build sim bench bare-writer bench_micro
mkdir -p "$out"
peer=()
if [[ -n ${PEER:-} ]]; then
  mkdir -p /persistentvolumes
  peer=(--peer "$PEER")
fi

micro=(--benchmark_out="$out/micro.json" --benchmark_out_format=json)
if [[ " $* " == *' --smoke '* ]]; then micro+=(--benchmark_min_time=0.001); fi
if [[ " $* " != *' --only '* ]]; then build/sim/tests/bench/bench_micro "${micro[@]}"; fi
status=0
build/sim/tests/bench/bench --program build/release/provisioner/nfs-subdir-provisioner \
  --bare-writer build/sim/tests/bench/bare-writer --result "$out/bench.json" --commit "$(what_is_measured)" \
  "${peer[@]}" "$@" || status=$?
tests/bench/report.py "$out"
exit "$status"
