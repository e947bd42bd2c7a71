# shellcheck shell=bash
# Debian packages: group, name, why.
package_table() {
  cat <<'END'
build make                           runs the targets
build cmake                          configures the build
build ninja-build                    builds
build g++                            the C++20 compiler
build ccache                         makes building again quick
build pkg-config                     finds libraries
build libcurl4-openssl-dev           HTTP and TLS to the API server
build libssl-dev                     certificates
build rapidjson-dev                  JSON
build libboost1.81-dev               Asio, Beast, System
build libboost-filesystem1.81-dev    removing trees safely (1.74 follows a symlink swapped in)
build libyaml-cpp-dev                kubeconfig files
build libcli11-dev                   command line
build libfmt-dev                     text formatting
build prometheus-cpp-dev             metrics
test  catch2                         unit tests
test  librapidcheck-dev              property tests
test  libbenchmark-dev               benchmarks of single steps
test  ca-certificates                fetching the control plane's Go modules
test  openssl                        certificates for test servers
test  curl                           waits for the test API server
test  jq                             reads objects in the integration tests
test  python3-prometheus-client      reads our metrics, as Prometheus does
test  python3-yaml                   reads what the chart renders
test  yamllint                       reads the chart's files as chart-testing does
image ca-certificates                certificates of authorities, for the image
arm64 cmake                          configures the build for arm64 on another machine
arm64 ninja-build                    builds
arm64 ccache                         makes building again quick
arm64 crossbuild-essential-arm64     the C++20 compiler
arm64 qemu-user-static               the dynamic linker of arm64, which knows the libraries that a program needs
arm64 libcurl4-openssl-dev:arm64     as in the group build, like all that follow
arm64 libssl-dev:arm64               certificates
arm64 rapidjson-dev                  JSON
arm64 libboost1.81-dev:arm64         Asio, Beast, System
arm64 libboost-filesystem1.81-dev:arm64 removing trees safely
arm64 libyaml-cpp-dev:arm64          kubeconfig files
arm64 libcli11-dev                   command line
arm64 libfmt-dev:arm64               text formatting
arm64 prometheus-cpp-dev:arm64       metrics
image-tools mmdebstrap               a base for the image
image-tools buildah                  builds it
image-tools podman                   runs it
image-tools runc                     runs it
pods  runc                           runs containers
pods  busybox-static                 what the pods of the tests run
pods  containernetworking-plugins    their network
pods  iproute2                       the node's network
nfs   user-mode-linux                a kernel that knows NFS, beside the machine's own
nfs   nfs-kernel-server              the NFS server in it
nfs   nfs-common                     mounts it
nfs   rpcbind                        the NFS server registers there
nfs   kmod                           loads the modules
docs  python3-venv                   what makes the site of the documents
bench gnuplot-nox                    draws the plots
lint  clang-format-16                formatting
lint  clang-tidy-16                  static analysis
lint  shellcheck                     shell scripts
fuzz  clang-16                       the compiler that has a fuzzer
fuzz  libclang-rt-16-dev             the fuzzer
END
}

is_installed() { # NAME
  grep -qxF "$1" <<<"$installed"
}

# Lines of the table, for the groups asked for, that are not installed.
missing_packages() { # GROUP..
  local installed group name why
  installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n${db:Status-Status} ${Package}:${Architecture}\n' |
    sed -n 's/^installed //p')
  if is_installed libboost1.74-dev; then
    fail "libboost1.74-dev is installed and conflicts with libboost1.81-dev, which is needed: remove it with 'apt-get remove libboost1.74-dev' and run this again"
  fi
  package_table | while read -r group name why; do
    if [[ " $* " == *" $group "* ]] && ! is_installed "$name"; then echo "$name $why"; fi
  done
}

as_root() {
  if [[ $(id -u) == 0 ]]; then
    "$@"
  else
    sudo "$@"
  fi
}

install_packages() { # GROUP..
  local missing names log
  if [[ ${SKIP_PACKAGES:-0} == 1 ]]; then return; fi
  if ! command -v dpkg-query >/dev/null; then
    fail "this is not Debian: install the like of $(package_table | awk '{printf "%s%s", sep, $2; sep = ", "}') by hand, and set SKIP_PACKAGES=1"
  fi
  missing=$(missing_packages "$@")
  if [[ -z $missing ]]; then return; fi
  echo "setup: Debian packages that are missing:"
  awk '{name = $1; $1 = ""; printf "  %-30s%s\n", name, $0}' <<<"$missing"
  mapfile -t names < <(cut -d' ' -f1 <<<"$missing")
  if [[ $(id -u) != 0 ]] && ! sudo true 2>/dev/null; then
    fail "installing them needs root or sudo; let root run: apt-get install --no-install-recommends ${names[*]}"
  fi
  log=$(mktemp)
  with_progress "installing ${#names[@]} Debian packages" "$log" 0 apt_install "${names[@]}" ||
    fail "apt-get did not install them (is there a network?): $(grep -m1 '^E:' "$log" || tail -n 1 "$log"); all it said: $log"
  rm -f "$log"
}

apt_install() { # NAME..
  local lock=(-o DPkg::Lock::Timeout=120) architecture
  for architecture in $(printf '%s\n' "$@" | sed -n 's/.*://p' | sort -u); do
    as_root dpkg --add-architecture "$architecture" || return
  done
  as_root apt-get "${lock[@]}" update -q || return
  as_root env DEBIAN_FRONTEND=noninteractive apt-get "${lock[@]}" install -q -y --no-install-recommends "$@"
}
