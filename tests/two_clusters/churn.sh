#!/usr/bin/env bash
# Two real control planes whose programs share one export. Equal claims come and go in both, while both programs are
# killed and started again. At the end it is looked where everything is that was written into the volumes.
#   churn.sh PROGRAM CHURN
#   PROGRAM  nfs-subdir-provisioner
#   CHURN    the program of this test that makes claims, writes into their directories, and counts (churn/)
# Environment: CLAIMS   how many names, the same ones in both clusters (30)
#              SECONDS_OF_CHURN  how long claims come and go (40)
#              SEED     for the moments of the kills and the choice of claims (that of the clock)
set -euo pipefail
readonly program=${1:?usage: churn.sh PROGRAM CHURN} churn=${2:?usage: churn.sh PROGRAM CHURN}
readonly claims=${CLAIMS:-30} duration=${SECONDS_OF_CHURN:-40} seed=${SEED:-$(date +%s)}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/two_clusters/planes.sh
source "$here/planes.sh"

# With its usual 20 requests a second kube-controller-manager would be all that is tested.
export KCM_FLAGS='--kube-api-qps 200 --kube-api-burst 300'

begin() { # CLUSTER
  local i
  begin_cluster "$1"
  # shellcheck disable=SC2016 # the program expands these
  make_class "$1" restored '{pathPattern: "${cluster}/${.PVC.namespace}/${.PVC.name}", onCreate: restore}'
  # shellcheck disable=SC2016
  make_class "$1" chart '{pathPattern: "${.PVC.namespace}/${.PVC.name}", onCreate: restore}'
  for i in 0 1 2 3; do kubectl_in "$1" create namespace "team-$i" >/dev/null; done
}

# One cluster's program waits for kube-controller-manager, the other one's does not. In neither a claim waits for a
# decision. What is deleted rests for as long as the test runs, so it can be counted.
start() { # CLUSTER
  local binding=direct
  if [[ $1 == b ]]; then binding=eager; fi
  start_program "$1" TAKE_OVER=never TRASH_RETENTION=7d BINDING="$binding"
}

pause() { # MOST, in milliseconds
  local milliseconds=$((RANDOM % $1))
  sleep "$((milliseconds / 1000)).$(printf %03d $((milliseconds % 1000)))"
}

# Each time one of them, or both at once. Some die before they serve.
kill_and_start() {
  local cluster
  local -a victims
  case $((RANDOM % 3)) in
    0) victims=(a) ;;
    1) victims=(b) ;;
    *) victims=(a b) ;;
  esac
  pause 4000
  for cluster in "${victims[@]}"; do
    kill_program "$cluster"
    kills=$((kills + 1))
  done
  pause 1000
  for cluster in "${victims[@]}"; do start "$cluster"; done
}

printf 'CLAIMS=%s SECONDS_OF_CHURN=%s SEED=%s\n' "$claims" "$duration" "$seed"
RANDOM=$seed
kills=0
mkdir "$export_dir"
begin a
begin b
start a
start b
"$churn" --export "$export_dir" --claims "$claims" --seconds "$duration" --seed "$seed" \
  --cluster "cluster-a=$top/a/admin.kubeconfig" --cluster "cluster-b=$top/b/admin.kubeconfig" &
pid_of[churn]=$!
until=$((SECONDS + duration))
while ((SECONDS < until)); do kill_and_start; done
printf '%s times a program was killed\n' "$kills"
wait "${pid_of[churn]}" || fail "all is where it belongs (SEED=$seed)"
unset 'pid_of[churn]'
printf 'shown: all is where it belongs\n'
