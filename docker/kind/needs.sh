# shellcheck shell=bash
# What the demo needs of the machine. Each thing that is missing gets a line; all of them are told at once.
missing=0

miss() { # TEXT
  echo "kind-demo: missing: $1" >&2
  missing=$((missing + 1))
}

need_tool() { # NAME WHERE
  command -v "$1" >/dev/null || miss "$1: $2"
}

need_docker() {
  local said
  if ! command -v docker >/dev/null; then
    miss 'docker: https://docs.docker.com/engine/install/'
  elif ! said=$(docker info 2>&1 >/dev/null); then
    miss "a Docker daemon that answers: start it (systemctl start docker), or join the group docker; it said: ${said##*$'\n'}"
  fi
}

kernel_knows() { # FILE-SYSTEM MODULE
  grep -qw "$1" "$filesystems" || modprobe --dry-run --quiet "$2" 2>/dev/null
}

# Elsewhere than on Linux the kernel is that of Docker's own machine: the node is asked later.
need_nfs() {
  local filesystems=${FILESYSTEMS:-/proc/filesystems}
  if [[ ! -e $filesystems ]]; then return; fi
  kernel_knows nfs4 nfsv4 ||
    miss 'an NFS client in the kernel (module nfsv4): install the modules of the running kernel (linux-image-…, linux-modules-extra-…)'
  kernel_knows nfsd nfsd ||
    miss 'an NFS server in the kernel (module nfsd): install the modules of the running kernel (linux-image-…, linux-modules-extra-…)'
}

check_needs() {
  need_docker
  need_tool kind https://kind.sigs.k8s.io/docs/user/quick-start/#installation
  need_tool helm https://helm.sh/docs/intro/install/
  need_tool kubectl https://kubernetes.io/docs/tasks/tools/
  need_nfs
  if ((missing > 0)); then
    echo "kind-demo: nothing was started. 'make e2e' and 'make demo' need neither Docker nor kind." >&2
    return 1
  fi
}
