# shellcheck shell=bash
# Around the story: the control plane, the export, the program; showing commands, checking answers, cleaning up.

readonly cluster_sh=$root/tests/cluster/cluster.sh
# shellcheck source=tests/support/processes.sh
source "$root/tests/support/processes.sh"

program=${PROGRAM:-$root/build/${PRESET:-dev}/provisioner/nfs-subdir-provisioner}
given_export=${EXPORT:-}
guest=no  # "yes" from the moment that there may be something of ours on an export that is not
export NFS_SERVER=${NFS_SERVER:-nfs.example} NFS_PATH=${NFS_PATH:-/data/nfs}
export PROVISIONER_NAME=${PROVISIONER_NAME:-example.com/nfs}
# A free port, told in the log: the usual one may be taken.
export HTTP_ADDRESS=${HTTP_ADDRESS:-127.0.0.1:0}
# As volumes carry it.
nfs_path=$(realpath -ms -- "$NFS_PATH")
nfs_path=${nfs_path%/}

bold='' dim='' red='' plain=''
if [[ -t 1 ]]; then bold=$'\e[1m' dim=$'\e[2m' red=$'\e[31m' plain=$'\e[0m'; fi

chapter() { printf '\n%s== %s%s\n' "$bold" "$1" "$plain"; }
note() { printf '%s%s%s\n' "$dim" "$1" "$plain"; }

die() { # TEXT
  printf '%snot as told: %s%s\n' "$red" "$1" "$plain"
  if [[ -s $cluster/log/program.log ]]; then
    printf 'the end of the log of nfs-subdir-provisioner:\n'
    tail -n 30 "$cluster/log/program.log"
  fi
  exit 1
}

# Shows a command as one would type it, runs it, shows its answer. The answer stays in `answer`.
show() { # COMMAND LINE
  local status=0
  printf '%s$ %s%s\n' "$bold" "$1" "$plain"
  answer=$(eval "$1" 2>&1) || status=$?
  if [[ -n $answer ]]; then printf '%s\n' "$answer"; fi
  if ((status != 0)); then die "'$1' ended with status $status"; fi
}

expect() { # WHAT COMMAND..
  local what=$1
  shift
  "$@" || die "$what"
}

# Effects that come on their own time get ten seconds.
expect_soon() { # WHAT COMMAND..
  local what=$1 end=$((SECONDS + 10))
  shift
  until "$@"; do
    if ((SECONDS >= end)); then die "$what"; fi
    sleep 0.05
  done
}

choose_export() {
  if [[ -z $given_export ]]; then
    namespace=team-a
    EXPORT=$dir/export
    mkdir "$EXPORT"
    return
  fi
  # Others may use that export: nothing of theirs may be met, and only what is ours is cleaned up.
  EXPORT=$(realpath -e -- "$given_export")
  namespace=demo-$(date +%s)
  had_records=$([[ -e $EXPORT/.nfs-subdir-provisioner ]] && echo yes || echo no)
  guest=yes
}

set_stage() {
  if [[ ! -x $program ]]; then
    echo "demo: there is no program at $program: run 'make demo', which builds it" >&2
    exit 1
  fi
  dir=$(mktemp -d "${TMPDIR:-/tmp}/nfs-demo.XXXXXX")
  cluster=$dir/cluster
  trap leave EXIT
  trap 'exit 130' INT TERM HUP
  choose_export
  cd "$dir"
  note "starting etcd, kube-apiserver and kube-controller-manager in $cluster"
  if [[ ${KEEP:-0} != 1 ]]; then export OWNER_PID=$$; fi
  "$cluster_sh" up "$cluster"
  eval "$("$cluster_sh" env "$cluster")"
  find_helm
  start_program
}

# The real helm, under its name, and a chart to install with it; its own files stay here.
find_helm() {
  ln -s "$("$root/tests/cluster/setup.sh" path helm)" "$cluster/bin/helm"
  export HELM_CACHE_HOME=$dir/helm HELM_CONFIG_HOME=$dir/helm HELM_DATA_HOME=$dir/helm
  ln -s "$root/tests/integration/charts/app" "$dir/shop"
  chart=./shop
}

start_program() {
  note "starting the program; its mount of $NFS_SERVER:$NFS_PATH is $EXPORT"
  printf '%s$ export %s%s\n' "$bold" "EXPORT=$EXPORT KUBECONFIG=$KUBECONFIG" "$plain"
  printf '%s$ export %s%s\n' "$bold" "NFS_SERVER=$NFS_SERVER NFS_PATH=$NFS_PATH PROVISIONER_NAME=$PROVISIONER_NAME" "$plain"
  # shellcheck disable=SC2016
  printf '%s$ nfs-subdir-provisioner --mount-dir $EXPORT &%s\n' "$bold" "$plain"
  # In a session of its own: Ctrl-C must reach the demo alone, which then clears away.
  local alone=(setsid)
  if [[ ${KEEP:-0} != 1 ]]; then alone+=(setpriv --pdeathsig KILL); fi # it ends with the demo, however that ends
  "${alone[@]}" "$program" --mount-dir "$EXPORT" >>"$cluster/log/program.log" 2>&1 </dev/null &
  program_pid=$!
  disown "$program_pid"
}

# Asks the program to end, as a cluster would.
stop_program() {
  if ! lives "$program_pid"; then die "the program ended by itself"; fi
  kill -TERM "$program_pid"
  expect_soon "the program ends on SIGTERM" is_gone "$program_pid"
}

curtain() {
  trap - INT TERM HUP
  if [[ ${KEEP:-0} == 1 ]]; then
    trap - EXIT
    write_stop
    how_to_go_on
    return
  fi
  stop_program
  chapter "all came out as told, in $SECONDS s"
}

write_stop() {
  {
    echo '#!/bin/sh'
    # Unless the number was given to another process meanwhile.
    # shellcheck disable=SC2016
    printf 'case $(readlink /proc/%d/exe) in %q*) kill -KILL %d ;; esac\n' "$program_pid" "$(realpath -- "$program")" "$program_pid"
    printf '%q down %q\n' "$cluster_sh" "$cluster"
    export_commands
    printf 'rm -rf -- %q\n' "$dir"
  } >"$dir/stop"
  chmod +x "$dir/stop"
}

how_to_go_on() {
  cat <<END

All came out as told, and all is left running. Go on with

  $("$cluster_sh" env "$cluster" | sed '2,$s/^/  /')
  kubectl apply -f $dir/web.yaml
  kubectl get sc,pvc,pv -A
  find $EXPORT
  tail -f $cluster/log/program.log

and stop it with

  $dir/stop
END
}

# Prints the commands that remove, by name, what the story left on an export that is not its own.
export_commands() {
  if [[ $guest == no ]]; then return; fi
  printf 'rm -rf -- %q %q-*\n' "$EXPORT/$namespace" "$EXPORT/archived-$namespace"
  if [[ $had_records == no ]]; then
    printf 'rm -rf -- %q\n' "$EXPORT/.nfs-subdir-provisioner"
  else
    printf 'grep -lsF %q %q/*.json | xargs -r rm -f --\n' "\"$namespace\"" "$EXPORT/.nfs-subdir-provisioner/archives"
  fi
}

leave() {
  local status=$?
  trap '' INT TERM HUP
  if [[ -n ${program_pid:-} ]] && lives "$program_pid"; then kill -KILL "$program_pid"; fi
  "$cluster_sh" down "$cluster" || true
  eval "$(export_commands)" || true
  rm -rf -- "$dir"
  exit "$status"
}
