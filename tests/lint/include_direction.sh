#!/usr/bin/env bash
# Includes go one way (docs/architecture.md). Prints each line that goes against it, and fails if there is one.
#   include_direction.sh [ROOT]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "${1:-$here/../..}"

# A box, then what it may include beside itself, the standard library and, unless it is pure, libraries.
readonly boxes='
k8s/text             pure
k8s/base             k8s/text
k8s/model            pure k8s/text
k8s/json             k8s/text k8s/base k8s/model
k8s/http             k8s/base
k8s/auth             k8s/base k8s/http
k8s/api              k8s/base k8s/model k8s/json k8s/http
k8s/watch            k8s/base k8s/model k8s/json k8s/http k8s/api
k8s/runtime          k8s/text k8s/base k8s/model k8s/json k8s/http k8s/api
k8s/metrics          k8s/base k8s/http k8s/runtime
k8s/leader           k8s/text k8s/base k8s/model k8s/json k8s/http k8s/api
provisioner/core             pure k8s/text k8s/model
provisioner/storage/files    provisioner/core k8s/base
provisioner/storage/volumes  provisioner/core provisioner/storage/files k8s/base
provisioner/web              provisioner/base k8s/base
provisioner/base
provisioner/observe          provisioner/core provisioner/storage/files provisioner/web k8s/base k8s/metrics k8s/model
provisioner/exports          provisioner/core provisioner/storage/files provisioner/storage/volumes provisioner/web provisioner/observe k8s/base k8s/leader k8s/model k8s/runtime
provisioner/controller       provisioner/core provisioner/storage/files provisioner/storage/volumes provisioner/observe provisioner/exports k8s/api k8s/base k8s/json k8s/model k8s/runtime k8s/watch
provisioner/service          provisioner/core provisioner/storage/files provisioner/web provisioner/base provisioner/observe provisioner/exports provisioner/controller k8s/api k8s/base k8s/http k8s/leader k8s/model k8s/runtime k8s/watch
provisioner/node             provisioner/core provisioner/base
provisioner/cli              provisioner/core provisioner/storage/files provisioner/storage/volumes provisioner/web provisioner/base provisioner/observe provisioner/controller provisioner/service provisioner/node k8s/auth k8s/base k8s/http k8s/leader k8s/text
provisioner                  provisioner/cli
'
# What a pure box may take of the standard library: nothing that reads a clock, does I/O or starts a thread.
readonly pure='algorithm|array|bit|bitset|cctype|cerrno|charconv|chrono|climits|cmath|compare|concepts|cstddef|cstdint|cstring|deque|functional|initializer_list|iterator|limits|list|map|memory|memory_resource|numeric|optional|queue|ranges|ratio|set|span|stack|stdexcept|string|string_view|system_error|tuple|type_traits|unordered_map|unordered_set|utility|variant|vector'

sources() { # FOLDER..
  find "$@" -type f \( -name '*.hpp' -o -name '*.cpp' \) | LC_ALL=C sort
}

against_direction() {
  sources k8s provisioner | xargs awk -v boxes="$boxes" -v pure="^($pure)\$" -f "$here/include_direction.awk"
}

# <chrono> is there for durations: what time it is comes in as a value.
reads_clock() {
  sources k8s/text k8s/model provisioner/core | xargs grep -nHE '_clock\b|\bnow\(\)' | sed 's/$/  <- a pure box reads no clock/' || true
}

# The Kubernetes library knows nothing of its user.
says_nfs() {
  find k8s -type f -print0 | xargs -0 grep -inHE '(^|[^a-z])nfs' | sed 's/$/  <- k8s knows nothing of NFS/' || true
}

found=$(against_direction && reads_clock && says_nfs)
if [[ -n $found ]]; then
  echo "$found"
  echo "against the rules: $(wc -l <<<"$found")" >&2
  exit 1
fi
