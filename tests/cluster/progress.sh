# shellcheck shell=bash

fail() {
  echo "setup: $*" >&2
  exit 1
}

# Ends what with_progress still runs, and removes what was given to remove_at_exit.
worker=
leftovers=()
at_exit() {
  if [[ -n $worker ]]; then kill "$worker" 2>/dev/null || true; fi
  if ((${#leftovers[@]} > 0)); then rm -rf -- "${leftovers[@]}"; fi
}
trap at_exit EXIT
trap 'exit 130' INT TERM HUP

remove_at_exit() { # PATH
  leftovers+=("$1")
}

# Runs COMMAND, its output going to LOG, and says each second (each half minute where nobody watches) how far it is.
# With a TOTAL over 0 the log's lines are the packages done.
with_progress() { # TEXT LOG TOTAL COMMAND..
  local text=$1 log=$2 total=$3 start=$SECONDS last=0 line
  shift 3
  "$@" >"$log" 2>&1 &
  worker=$!
  if [[ ! -t 1 ]]; then echo "setup: $text"; fi
  while kill -0 "$worker" 2>/dev/null; do
    line="setup: $text, $((SECONDS - start)) s"
    if ((total > 0)); then line+=", $(wc -l <"$log") of about $total packages"; fi
    if [[ -t 1 ]]; then
      printf '\r%s\033[K' "$line"
    elif ((SECONDS - start - last >= 30)); then
      last=$((SECONDS - start))
      echo "$line"
    fi
    sleep 0.5
  done
  if [[ -t 1 ]]; then printf '\r\033[K'; fi
  local status=0
  wait "$worker" || status=$?
  worker=
  return "$status"
}
