# shellcheck shell=bash
# shellcheck disable=SC2154 # pages.sh sets root and program
# What the commands of a page find: a cluster, an export, helm, kubectl, the program.
# shellcheck source=tests/support/processes.sh
source "$root/tests/support/processes.sh"
readonly cluster_sh=$root/tests/cluster/cluster.sh
readonly deployment=nfs-nfs-subdir-external-provisioner
helm_binary=$("$root/tests/cluster/setup.sh" path helm)

fail() { # TEXT
  echo "FAILED: $1" >&2
  if [[ -s $scratch/program.log ]]; then tail -n 15 "$scratch/program.log" >&2; fi
  exit 1
}

set_stage() {
  scratch=$(mktemp -d)
  trap leave_stage EXIT
  trap 'exit 130' INT TERM HUP
  mkdir -p "$scratch/work" "$scratch/bin"
  ln -s "$root"/{charts,examples,docs} "$scratch/work"
  ln -s "$program" "$scratch/bin/nfs-subdir-provisioner"
  OWNER_PID=$$ "$cluster_sh" up "$scratch/cluster"
  kubectl_binary=$scratch/cluster/bin/kubectl
  export EXPORT=$scratch/export KUBECONFIG=$scratch/cluster/admin.kubeconfig PATH=$scratch/bin:$PATH
  export HELM_CACHE_HOME=$scratch/helm HELM_CONFIG_HOME=$scratch/helm HELM_DATA_HOME=$scratch/helm
  mkdir "$EXPORT"
  cd "$scratch/work"
}

leave_stage() {
  stop_program
  "$cluster_sh" down "$scratch/cluster" || true
  cd /
  rm -rf "$scratch"
  trap - EXIT
}

# NAME=VALUE of what the chart gives the program, a line each.
environment() {
  "$kubectl_binary" -n storage get deployment "$deployment" -o json |
    jq -r '.spec.template.spec.containers[0].env[] | select(.value != null) | "\(.name)=\(.value)"'
}

in_pod() { # ARGUMENT..
  local given
  mapfile -t given < <(environment)
  env "${given[@]}" HTTP_ADDRESS=127.0.0.1:0 POD_NAMESPACE=storage MOUNT_DIR="$EXPORT" "$program" "$@"
}

stop_program() {
  if [[ ! -e $scratch/program.pid ]]; then return; fi
  kill -TERM "$(<"$scratch/program.pid")" 2>/dev/null || true
  # Nobody may wait for its zombie: it was started in a shell that has ended.
  while lives "$(<"$scratch/program.pid")"; do sleep 0.05; done
  rm "$scratch/program.pid"
}

# As the Deployment is by now: its pod ends and another one begins, or there is none.
follow_deployment() {
  local given
  stop_program
  mapfile -t given < <(environment 2>/dev/null)
  if ((${#given[@]} == 0)); then return; fi
  env "${given[@]}" HTTP_ADDRESS=127.0.0.1:0 POD_NAMESPACE=storage MOUNT_DIR="$EXPORT" \
    "$program" >>"$scratch/program.log" 2>&1 </dev/null &
  echo $! >"$scratch/program.pid"
}

program_port() { sed -n 's/.*http="127\.0\.0\.1:\([0-9]*\).*/\1/p' "$scratch/program.log" | tail -n 1; }

await_ready() {
  local end=$((SECONDS + 60))
  until curl --silent --fail --output /dev/null "http://127.0.0.1:$(program_port)/readyz"; do
    if ((SECONDS >= end)); then fail "the program is not ready: $(curl -s "http://127.0.0.1:$(program_port)/readyz")"; fi
    sleep 0.1
  done
}

helm() {
  local status=0
  "$helm_binary" "$@" || status=$?
  case " $* " in
    *' install nfs '* | *' upgrade nfs '* | *' rollback nfs '* | *' uninstall nfs '*) follow_deployment ;;
  esac
  return "$status"
}

kubectl() {
  case "$*" in
    *' exec '*' -- nfs-subdir-provisioner '*)
      while [[ $1 != -- ]]; do shift; done
      in_pod "${@:3}"
      ;;
    *' rollout status deploy/'*) await_ready ;;
    *' logs deploy/'*) cat "$scratch/program.log" ;;
    *) "$kubectl_binary" "$@" ;;
  esac
}
