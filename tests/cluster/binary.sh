# shellcheck shell=bash
# The control plane's binary: built once from controlplane/, kept in a cache outside the tree.
readonly kubernetes_version=1.36.3
readonly go_needed=1.26
readonly disk_needed_gb=4
readonly go_sources=$here/controlplane
readonly cache=${XDG_CACHE_HOME:-$HOME/.cache}/nfs-subdir-provisioner

build_flags() {
  local minor=${kubernetes_version#1.} name
  minor=${minor%%.*}
  # Without a version the server calls itself v0.0.0-master, and clients choke on that.
  printf -- '-trimpath\n-buildvcs=false\n-ldflags\n-s -w'
  for name in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
    printf -- ' -X %s.%s' "$name" "gitVersion=v$kubernetes_version" "$name" gitMajor=1 "$name" "gitMinor=$minor"
  done
  echo
}

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
  fail "Go $go_needed or newer is needed to build the test control plane (found: $found). Unpack it from https://go.dev/dl/ into /usr/local/go, or name a ready binary with CONTROL_PLANE_BIN=/path"
}

# Changes whenever another binary would come out.
source_hash() {
  {
    (cd "$go_sources" && sha256sum ./*.go go.mod go.sum)
    build_flags
    cut -d. -f1,2 <<<"$go_is"
    uname -m
  } | sha256sum | cut -c1-16
}

check_platform() {
  case "$(uname -s) $(uname -m)" in
    'Linux x86_64' | 'Linux aarch64') ;;
    *) fail "the test control plane runs on Linux x86_64 or aarch64, not on $(uname -s) $(uname -m)" ;;
  esac
}

check_given_binary() {
  [[ -x $CONTROL_PLANE_BIN ]] || fail "CONTROL_PLANE_BIN=$CONTROL_PLANE_BIN is no program that can be run"
}

# Prints where the binary belongs. Sets `go` as a by-product.
locate() {
  check_platform
  find_go
  binary=$cache/controlplane-$kubernetes_version-$(source_hash)/controlplane
}

control_plane_path() {
  if [[ -n ${CONTROL_PLANE_BIN:-} ]]; then
    check_given_binary
    realpath -- "$CONTROL_PLANE_BIN"
    return
  fi
  local go go_is binary
  locate
  [[ -x $binary ]] || fail "the test control plane is not built yet: run 'make setup'"
  echo "$binary"
}

check_disk() {
  local path free
  for path in "$cache" "$("$go" env GOCACHE)" "$("$go" env GOMODCACHE)"; do
    mkdir -p "$path"
    free=$(df --output=avail -BG "$path" | tail -n 1 | tr -dc 0-9)
    ((free >= disk_needed_gb)) ||
      fail "building the test control plane needs about $disk_needed_gb GB, $path has $free GB free: make room, or set XDG_CACHE_HOME, GOCACHE and GOMODCACHE to a larger disk"
  done
}

list_packages() { # FILE
  cd "$go_sources" && exec "$go" list -deps . >"$1"
}

compile() { # FILE
  local flags
  mapfile -t flags < <(build_flags)
  cd "$go_sources" && CGO_ENABLED=0 exec "$go" build -v "${flags[@]}" -o "$1" .
}

# Says TEXT and where the log of it is kept.
fail_with_log() { # LOG TEXT
  cp "$1" "$cache/last-failure.log"
  fail "$2; log: $cache/last-failure.log"
}

build_into() { # DIRECTORY
  local start=$SECONDS log=$1/log
  with_progress "fetching the Go modules of the test control plane" "$log" 0 list_packages "$1/packages" ||
    fail_with_log "$log" "the Go modules of the test control plane could not be fetched: is there a network, and does GOPROXY answer?"
  with_progress "compiling the test control plane (once; about 5 minutes on two cores)" "$log" \
    "$(wc -l <"$1/packages")" compile "$1/controlplane" ||
    fail_with_log "$log" "the test control plane did not compile"
  echo "setup: the test control plane is built, $((SECONDS - start)) s"
}

build_control_plane() {
  if [[ -n ${CONTROL_PLANE_BIN:-} ]]; then
    check_given_binary
    return
  fi
  local go go_is binary building
  locate
  if [[ -x $binary ]]; then return; fi
  check_disk
  exec {lock}>"$cache/lock"
  if ! flock -n "$lock"; then
    echo "setup: another run builds the test control plane, waiting for it"
    flock "$lock"
  fi
  if [[ -x $binary ]]; then return; fi
  rm -rf "$cache"/building.*  # of a run that was killed: the lock is ours
  building=$(mktemp -d "$cache/building.XXXXXX")
  remove_at_exit "$building"
  build_into "$building"
  mkdir -p "${binary%/*}"
  mv "$building/controlplane" "$binary"
}
