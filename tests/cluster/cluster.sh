#!/usr/bin/env bash
# A Kubernetes control plane of its own in DIR, on the loopback, for tests and the demo. Clusters in different DIRs do
# not meet: etcd listens on a unix socket in DIR, the API server on a free port with a CA of its own.
set -euo pipefail

usage() {
  cat <<'END'
usage: cluster.sh up DIR                  start etcd, kube-apiserver, kube-controller-manager; returns when all are ready
       cluster.sh down DIR                kill exactly what was started there; DIR stays, `up` goes on with its data
       cluster.sh env DIR                 print `export` lines: KUBECONFIG, PATH (with kubectl), API_SERVER
       cluster.sh stop DIR PART           kill one part: etcd, kube-apiserver, kube-controller-manager, kube-scheduler
       cluster.sh start DIR PART [FLAG..] start it again (same port), with further flags
       cluster.sh kcm-stop DIR | kcm-start DIR [FLAG..]   the same for kube-controller-manager

DIR/{admin,provisioner,nobody}.kubeconfig: admin may do all; the users "provisioner" and "nobody" have no rights
until a test grants some. DIR/bin/kubectl talks to the cluster as admin. DIR/log/PART.log.

Environment: OWNER_PID           take the cluster down when this process is gone
             SCHEDULER=1         start kube-scheduler too
             KCM_CONTROLLERS     kube-controller-manager's --controllers
             ETCD_FLAGS, APISERVER_FLAGS, KCM_FLAGS, SCHEDULER_FLAGS   further flags, separated by blanks
             API_PORT            the API server's port, else one that is free
             UP_DEADLINE         seconds that a start may take (60)
             CONTROL_PLANE_BIN   the control plane's binary, else that of setup.sh
END
  exit 2
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/cluster/processes.sh
source "$here/processes.sh"
# shellcheck source=tests/cluster/access.sh
source "$here/access.sh"

# What claims and volumes need, and no more: a cluster that starts in seconds.
controllers=${KCM_CONTROLLERS:-persistentvolume-binder-controller,persistentvolume-expander-controller,\
persistentvolumeclaim-protection-controller,persistentvolume-protection-controller,namespace-controller,\
serviceaccount-controller,garbage-collector-controller}
deadline=${UP_DEADLINE:-60}

# The command line of one part, in the array `part_flags`. Everything runs in DIR: paths stay short, sockets too.
flags_of() { # PART [FLAG..]
  local part=$1 more=()
  shift
  case $part in
    etcd)
      read -ra more <<<"${ETCD_FLAGS:-}"
      part_flags=(--data-dir etcd --unsafe-no-fsync --log-level error
        --listen-client-urls unix://etcd.sock:0 --advertise-client-urls unix://etcd.sock:0
        --listen-peer-urls unix://peer.sock:0 --initial-advertise-peer-urls unix://peer.sock:0
        --initial-cluster default=unix://peer.sock:0)
      ;;
    kube-apiserver)
      read -ra more <<<"${APISERVER_FLAGS:-}"
      part_flags=(--etcd-servers unix://etcd.sock:0 --bind-address 127.0.0.1 --secure-port "$(<api.port)"
        --advertise-address 127.0.0.1 --endpoint-reconciler-type none --service-cluster-ip-range 10.96.0.0/16
        --cert-dir pki --tls-cert-file pki/apiserver.crt --tls-private-key-file pki/apiserver.key
        --client-ca-file pki/ca.crt --token-auth-file pki/tokens.csv --authorization-mode RBAC
        --service-account-key-file pki/sa.pub --service-account-signing-key-file pki/sa.key
        --service-account-issuer https://kubernetes.default.svc --allow-privileged)
      ;;
    kube-controller-manager)
      read -ra more <<<"${KCM_FLAGS:-}"
      part_flags=(--kubeconfig admin.kubeconfig --leader-elect=false --secure-port 0 --controllers "$controllers"
        --kube-api-qps 20 --kube-api-burst 30 --flex-volume-plugin-dir volumeplugins
        --service-account-private-key-file pki/sa.key --root-ca-file pki/ca.crt)
      ;;
    kube-scheduler)
      read -ra more <<<"${SCHEDULER_FLAGS:-}"
      part_flags=(--kubeconfig admin.kubeconfig --leader-elect=false --secure-port 0)
      ;;
    *) usage ;;
  esac
  part_flags+=("${more[@]}" "$@")
}

start_part() { # PART [FLAG..]
  local part_flags
  flags_of "$@"
  start_process "$1" "$binary" "$1" "${part_flags[@]}"
}

# Until COMMAND succeeds. Gives up when a part of the cluster is gone or the deadline is over; `culprit` is then the part
# whose log to read, `why` what happened.
wait_for() { # PART COMMAND..
  local end=$((SECONDS + deadline)) gone
  culprit=$1
  shift
  until "$@"; do
    if gone=$(first_gone); then
      culprit=$gone
      why="$culprit ended at once"
      return 1
    fi
    if ((SECONDS >= end)); then
      why="$culprit did not get ready within $deadline s"
      return 1
    fi
    sleep 0.05
  done
}

api_answers() { # PATH
  curl --silent --fail --max-time 5 --output /dev/null --cacert pki/ca.crt \
    --header "Authorization: Bearer $(<pki/admin.token)" "https://127.0.0.1:$(<api.port)$1"
}

fail() {
  echo "cluster.sh: $why; the end of $dir/log/$culprit.log:" >&2
  tail -n 5 "log/$culprit.log" >&2 || true
  stop_all
  exit 1
}

# A port is free until somebody else takes it: the API server may need a second one.
start_apiserver() {
  local try
  for try in 1 2 3 4 5; do
    choose_port
    write_kubeconfigs
    rm -f log/kube-apiserver.log
    start_part kube-apiserver
    if wait_for kube-apiserver api_answers /readyz; then return; fi
    grep -q 'address already in use' log/kube-apiserver.log || break
    echo "cluster.sh: port $(<api.port) was taken meanwhile, trying another ($try)" >&2
  done
  fail
}

default_service_account() { api_answers /api/v1/namespaces/default/serviceaccounts/default; }

up() {
  mkdir -p "$dir" && cd "$dir"
  if any_running; then
    echo "cluster.sh: a cluster runs in $dir already; 'cluster.sh down $dir' ends it" >&2
    exit 1
  fi
  binary=$("$here/setup.sh" path)
  mkdir -p bin pki log pids volumeplugins
  printf '%s\n' "$binary" >binary
  trap 'stop_all; exit 130' INT TERM HUP
  make_pki
  write_kubectl
  if [[ -n ${OWNER_PID:-} ]]; then start_watchdog; fi
  start_part etcd
  start_apiserver
  start_part kube-controller-manager
  if [[ ${SCHEDULER:-0} == 1 ]]; then start_part kube-scheduler; fi
  wait_for kube-controller-manager default_service_account || fail
}

start_watchdog() {
  # shellcheck disable=SC2016
  start_process watchdog bash -c 'tail --pid="$1" -f /dev/null; exec "$2" down "$3"' \
    watchdog "$OWNER_PID" "$here/cluster.sh" "$dir"
}

print_env() {
  enter
  printf 'export KUBECONFIG=%q\n' "$dir/admin.kubeconfig"
  printf 'export PATH=%q:"%s"\n' "$dir/bin" "\$PATH"
  printf 'export API_SERVER=%q\n' "https://127.0.0.1:$(<api.port)"
}

# For the verbs that need a cluster in DIR.
enter() {
  if ! cd "$dir/pids" 2>/dev/null; then
    echo "cluster.sh: no cluster was started in $dir" >&2
    exit 1
  fi
  cd ..
}

start_one() { # PART [FLAG..]
  enter
  binary=$(<binary)
  if is_running "$1"; then
    echo "cluster.sh: $1 runs already in $dir" >&2
    exit 1
  fi
  if [[ $1 == kube-apiserver ]]; then await_port; fi
  start_part "$@"
}

# A process that was killed has its sockets until its last thread is gone.
await_port() {
  local end=$((SECONDS + 10))
  while port_listened_on "$(<api.port)"; do
    if ((SECONDS >= end)); then
      echo "cluster.sh: port $(<api.port) is in use" >&2
      exit 1
    fi
    sleep 0.02
  done
}

(($# >= 2)) || usage
verb=$1
dir=$(realpath -m -- "$2")
shift 2
case $verb in
  up) up ;;
  down) if cd "$dir" 2>/dev/null; then stop_all; fi ;;
  env) print_env ;;
  stop) (($# == 1)) || usage; enter; stop_process "$1" ;;
  start) (($# >= 1)) || usage; start_one "$@" ;;
  kcm-stop) enter; stop_process kube-controller-manager ;;
  kcm-start) start_one kube-controller-manager "$@" ;;
  *) usage ;;
esac
