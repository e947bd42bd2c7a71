#!/usr/bin/env bash
# All that looks at the sources without running them. Goes on after a failure; fails if any part did.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../.."

sources() { # PATTERN..
  git ls-files -z --cached --others --exclude-standard -- "$@" |
    while IFS= read -r -d '' file; do if [[ -f $file ]]; then printf '%s\0' "$file"; fi; done
}

check_format() { sources '*.cpp' '*.hpp' | xargs -0 --no-run-if-empty clang-format-16 --dry-run -Werror; }

check_go() {
  local go unformatted
  go=$("$here/../cluster/setup.sh" path go) || return
  unformatted=$(sources '*.go' | xargs -0 --no-run-if-empty "$("$go" env GOROOT)/bin/gofmt" -l)
  if [[ -n $unformatted ]]; then echo "gofmt would change: $unformatted" >&2; fi
  [[ -z $unformatted ]]
}

check_workflows() { "$("$here/../cluster/setup.sh" path actionlint)" .github/workflows/*.yml; }

failed=()
check() { # NAME COMMAND..
  local name=$1 start=$SECONDS result=ok
  shift
  "$@" || {
    result=FAILED
    failed+=("$name")
  }
  echo "lint: $name: $result, $((SECONDS - start)) s"
}

check format check_format
check 'format of Go' check_go
check 'include direction' "$here/include_direction.sh"
check 'shell scripts' "$here/shell.sh"
check links "$here/doc_links.sh"
check version "$here/version.sh"
check Events "$here/events.sh"
check 'files on the export' "$here/documents.sh"
check workflows check_workflows
check 'thread safety' "$here/thread_safety.sh"
check clang-tidy "$here/tidy.sh"
if ((${#failed[@]} > 0)); then
  echo "lint: failed: $(IFS=,; echo "${failed[*]}")" >&2
  exit 1
fi
