#!/usr/bin/env bash
# Builds the fuzzer and runs it on each part in turn. What it found stays in BUILD/found, its texts in BUILD/corpus.
#   run.sh BUILD SECONDS JOBS   SECONDS: for each part
set -euo pipefail
readonly build=${1:?usage: run.sh BUILD SECONDS JOBS} seconds=${2:?} jobs=${3:?}

cmake --preset fuzz >/dev/null
cmake --build --preset fuzz --parallel "$jobs" --target fuzz
mkdir -p "$build/found"
for part in list watch documents directory; do
  mkdir -p "$build/corpus/$part"
  echo "fuzzing: $part, $seconds s"
  FUZZ_PART=$part FUZZ_SEEDS=$build/corpus/$part "$build/tests/fuzz/fuzz" "$build/corpus/$part" -max_len=65536 \
    -max_total_time="$seconds" -artifact_prefix="$build/found/$part-" -print_final_stats=1 2>&1 | tail -n 12
done
echo "fuzzed: list, watch, documents, directory; nothing found"
