#!/usr/bin/env bash
# clang-tidy on what changed since BASE (default: where this branch left the main one, else the commit before), the
# working tree included; on all with ALL=1 or where there is no such commit. Headers are read through a file that
# includes them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
readonly build=build/lint

base_commit() {
  local main base
  if [[ -n ${BASE:-} ]]; then
    git rev-parse --verify --quiet "$BASE^{commit}" || { echo "lint: BASE=$BASE is no commit" >&2; return 2; }
    return
  fi
  for main in origin/HEAD origin/main main; do
    base=$(git merge-base HEAD "$main" 2>/dev/null) || continue
    if [[ $base != "$(git rev-parse HEAD)" ]]; then
      echo "$base"
      return
    fi
  done
  git rev-parse --verify --quiet HEAD~1
}

changed_files() { # BASE
  git diff --name-only "$1" --
  git ls-files --others --exclude-standard
}

# What is compiled, as paths from the root of the tree.
compiled_files() { sed -n "s|^ *\"file\": \"$PWD/\(.*\)\",*\$|\1|p" "$build/compile_commands.json" | sort -u; }

# A header without a reader ends nothing.
including() { # NAME
  grep -rlE --include='*.cpp' "#include \"([^\"]*/)?${1//./\\.}\"" k8s provisioner tests || true
}

# For a header the .cpp of its name, else some file that includes it.
readers() { # FILE..
  local file
  for file in "$@"; do
    case $file in
      *.cpp) echo "$file" ;;
      *.hpp)
        if [[ -f ${file%.hpp}.cpp ]]; then
          echo "${file%.hpp}.cpp"
        else
          including "${file##*/}" | sort | sed -n 1p
        fi
        ;;
    esac
  done
}

selected_files() {
  local base files
  if [[ ${ALL:-0} != 1 ]] && base=$(base_commit); then
    mapfile -t files < <(changed_files "$base")
    if ! printf '%s\n' "${files[@]}" | grep -qxF .clang-tidy; then
      readers "${files[@]}" | sort -u | comm -12 - <(compiled_files)
      return
    fi
  fi
  compiled_files
}

# Without precompiled headers, which are GCC's.
cmake --preset dev -B "$build" -DNFS_PCH=OFF >/dev/null
mapfile -t selected < <(selected_files)
echo "lint: clang-tidy reads ${#selected[@]} of $(compiled_files | wc -l) files"
if ((${#selected[@]} == 0)); then exit 0; fi
# Its counts of suppressed warnings go to stderr; what it finds goes to stdout.
printf '%s\0' "${selected[@]}" |
  xargs -0 -P "$(nproc)" -n 1 clang-tidy-16 -p "$build" --quiet --extra-arg=-Wno-unknown-warning-option 2>/dev/null
