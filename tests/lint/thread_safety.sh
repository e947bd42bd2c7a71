#!/usr/bin/env bash
# Which lock guards what (k8s/base/mutex.hpp), by clang's thread-safety analysis. Always in all files that see the locks:
# what a change guards may be touched by a file that did not change.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
readonly build=build/lint
readonly flags=(-std=c++20 -DBOOST_ALL_NO_LIB -D_GLIBCXX_ASSERTIONS -I.)
readonly warnings=(-Wno-everything -Wthread-safety -Wthread-safety-beta -Werror)

# FILE INCLUDED: our own includes, one a line.
includes() {
  grep -rHoE --include='*.hpp' --include='*.cpp' '^#include "[^"]+"' k8s provisioner tests | sed 's/:#include "/ /; s/"$//'
}

# Files that include k8s/base/mutex.hpp, be it through others.
seeing_locks() {
  includes | awk '
    { from[NR] = $1; to[NR] = $2 }
    END {
      sees["k8s/base/mutex.hpp"]
      do {
        more = 0
        for (i = 1; i <= NR; ++i) if (to[i] in sees && !(from[i] in sees)) { sees[from[i]]; more = 1 }
      } while (more)
      for (file in sees) print file
    }' | sort
}

# FILE FLAG.. of what is compiled: words of a shell, paths from the root of the tree.
compilations() {
  sed -n 's|^ *"command": "[^ "]* \(.*\) -o [^ ]* -c \([^ ]*\)",$|\2 \1|p' "$build/compile_commands.json" |
    sed "s|\\\\\(.\)|\1|g; s|^$PWD/||"
}

# What most files include, read once for all of them: half of the time.
precompile_headers() { # TARGET
  printf '#include %s\n' '<algorithm>' '<chrono>' '<functional>' '<map>' '<memory>' '<optional>' '<random>' '<set>' \
    '<string>' '<thread>' '<variant>' '<vector>' '<fmt/format.h>' '"k8s/api/client.hpp"' '"k8s/watch/store.hpp"' \
    '"provisioner/core/decide.hpp"' '"tests/support/catch.hpp"' |
    clang++-16 "${flags[@]}" "${warnings[@]}" -x c++-header - -o "$1"
}

cmake --preset dev -B "$build" -DNFS_PCH=OFF >/dev/null
precompile_headers "$build/thread_safety.pch"
mapfile -t selected < <(awk 'NR == FNR { sees[$1]; next } $1 in sees' <(seeing_locks) <(compilations))
echo "lint: thread safety: reads ${#selected[@]} files"
if ((${#selected[@]} == 0)); then exit 1; fi  # there are locks
readonly analysis="-fsyntax-only -include-pch $build/thread_safety.pch ${warnings[*]}"
for each in "${selected[@]}"; do printf 'clang++-16 %s %s\0' "$each" "$analysis"; done |
  xargs -0 -P "$(nproc)" -n 1 sh -c
