# shellcheck shell=bash
# Builds a product (products.sh) once and keeps it in a cache outside the tree.
readonly go_needed=1.26
readonly cache=${XDG_CACHE_HOME:-$HOME/.cache}/nfs-subdir-provisioner

# The version of a go command, as 1.26.8; nothing when it does not run or refuses our go.mod.
go_version() { # GO
  (cd "$go_sources" && "$1" env GOVERSION 2>/dev/null) | sed -n 's/^go\([0-9.]*\).*/\1/p'
}

at_least() { # VERSION NEEDED
  [[ $(printf '%s\n' "$2" "$1" | sort -V | head -n 1) == "$2" ]]
}

# Sets `go` and `go_is`.
find_go() {
  local candidate found=none
  for candidate in "$(command -v go || true)" /usr/local/go/bin/go; do
    [[ -x $candidate ]] || continue
    go_is=$(go_version "$candidate")
    if [[ -n $go_is ]] && at_least "$go_is" "$go_needed"; then
      go=$candidate
      return
    fi
    found=$(GOTOOLCHAIN=local "$candidate" version | awk '{print $3}')
  done
  fail "Go $go_needed or newer is needed to build $title (found: $found). Unpack it from https://go.dev/dl/ into /usr/local/go, or name a ready binary with $variable=/path"
}

print_go() {
  local title estimate disk_needed_gb variable given file version go_sources go_package go go_is
  choose_product control-plane
  find_go
  echo "$go"
}

# What the package is made of beside modules: nothing if it is one itself.
sources() {
  if [[ -d $go_package ]]; then find "$go_package" -name '*.go' ! -name '*_test.go' | LC_ALL=C sort; fi
}

# Changes whenever another binary would come out.
source_hash() {
  {
    (cd "$go_sources" && sources | xargs sha256sum go.mod go.sum)
    build_flags
    cut -d. -f1,2 <<<"$go_is"
    uname -m
  } | sha256sum | cut -c1-16
}

check_platform() {
  case "$(uname -s) $(uname -m)" in
    'Linux x86_64' | 'Linux aarch64') ;;
    *) fail "$title runs on Linux x86_64 or aarch64, not on $(uname -s) $(uname -m)" ;;
  esac
}

check_given_binary() {
  [[ -x $given ]] || fail "$variable=$given is no program that can be run"
}

# Prints where the binary belongs. Sets `go` as a by-product.
locate() {
  check_platform
  find_go
  binary=$cache/$file-$version-$(source_hash)/$file
}

print_path() { # PRODUCT
  local title estimate disk_needed_gb variable given file version go_sources go_package go go_is binary
  choose_product "$1"
  if [[ -n $given ]]; then
    check_given_binary
    realpath -- "$given"
    return
  fi
  locate
  [[ -x $binary ]] || fail "$title is not built yet: run 'make setup'"
  echo "$binary"
}

check_disk() {
  local path free
  for path in "$cache" "$("$go" env GOCACHE)" "$("$go" env GOMODCACHE)"; do
    mkdir -p "$path"
    free=$(df --output=avail -BG "$path" | tail -n 1 | tr -dc 0-9)
    ((free >= disk_needed_gb)) ||
      fail "building $title needs about $disk_needed_gb GB, $path has $free GB free: make room, or set XDG_CACHE_HOME, GOCACHE and GOMODCACHE to a larger disk"
  done
}

list_packages() { # FILE
  cd "$go_sources" && exec "$go" list -deps "$go_package" >"$1"
}

compile() { # FILE
  local flags
  mapfile -t flags < <(build_flags)
  cd "$go_sources" && CGO_ENABLED=0 exec "$go" build -v "${flags[@]}" -o "$1" "$go_package"
}

# Says TEXT and where the log of it is kept.
fail_with_log() { # LOG TEXT
  cp "$1" "$cache/last-failure.log"
  fail "$2; log: $cache/last-failure.log"
}

build_into() { # DIRECTORY
  local start=$SECONDS log=$1/log
  with_progress "fetching the Go modules of $title" "$log" 0 list_packages "$1/packages" ||
    fail_with_log "$log" "the Go modules of $title could not be fetched: is there a network, and does GOPROXY answer?"
  with_progress "compiling $title (once; $estimate on two cores)" "$log" \
    "$(wc -l <"$1/packages")" compile "$1/$file" ||
    fail_with_log "$log" "$title did not compile"
  echo "setup: $title is built, $((SECONDS - start)) s"
}

build_product() { # PRODUCT
  local title estimate disk_needed_gb variable given file version go_sources go_package go go_is binary building
  choose_product "$1"
  if [[ -n $given ]]; then
    check_given_binary
    return
  fi
  locate
  if [[ -x $binary ]]; then return; fi
  check_disk
  exec {lock}>"$cache/lock-$file"
  if ! flock -n "$lock"; then
    echo "setup: another run builds $title into $cache, waiting for it"
    flock "$lock"
  fi
  if [[ -x $binary ]]; then return; fi
  rm -rf "$cache/building-$file".*  # of a run that was killed: the lock is ours
  building=$(mktemp -d "$cache/building-$file.XXXXXX")
  remove_at_exit "$building"
  build_into "$building"
  mkdir -p "${binary%/*}"
  mv "$building/$file" "$binary"
  exec {lock}>&-
}
