# shellcheck shell=bash
# Processes of a cluster, by files in ./pids: each holds "PID START", START being the kernel's start time of that
# process, so that a number which was given to somebody else meanwhile is never killed.

# Start time in clock ticks since boot; fails when there is no such process, or only its zombie.
start_time() { # PID
  local stat rest
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  read -ra rest <<<"${stat##*) }"
  [[ ${rest[0]} != Z ]] && echo "${rest[19]}"
}

is_running() { # NAME
  local pid start
  read -r pid start 2>/dev/null <"pids/$1" || return 1
  [[ -n $start && $(start_time "$pid") == "$start" ]]
}

# The first part that was started and is there no more; fails when all are there.
first_gone() {
  local file
  for file in pids/*; do
    if [[ -e $file ]] && ! is_running "${file##*/}"; then
      echo "${file##*/}"
      return
    fi
  done
  return 1
}

any_running() {
  local file
  for file in pids/*; do
    if [[ -e $file ]] && is_running "${file##*/}"; then return 0; fi
  done
  return 1
}

# In a session of its own: Ctrl-C on a test's terminal must reach the test alone, which then takes the cluster down.
start_process() { # NAME COMMAND..
  local name=$1 pid
  shift
  setsid "$@" >>"log/$name.log" 2>&1 </dev/null &
  pid=$!
  disown "$pid"
  echo "$pid $(start_time "$pid")" >"pids/$name"
}

stop_process() { # NAME
  local pid start end=$((SECONDS + 10))
  if is_running "$1"; then
    read -r pid start <"pids/$1"
    # The whole session. KILL: a graceful stop of the API server takes a minute.
    kill -KILL -- "-$pid" 2>/dev/null || true
    while [[ $(start_time "$pid") == "$start" ]]; do
      if ((SECONDS >= end)); then
        echo "cluster.sh: $1 (process $pid) does not end" >&2
        return 1
      fi
      sleep 0.02
    done
  fi
  rm -f "pids/$1"
}

# The watchdog becomes the `down` that runs this: it must not end itself before the others.
stop_all() {
  local file pid _ status=0
  for file in pids/*; do
    [[ -e $file ]] || continue
    read -r pid _ <"$file" || true
    if [[ $pid == "$$" ]]; then continue; fi
    stop_process "${file##*/}" || status=1
  done
  if [[ $status == 0 ]]; then rm -f pids/*; fi
  return "$status"
}
