# shellcheck shell=bash

# Whether there is such a process, and not only its zombie.
lives() { # PID
  local stat
  stat=$(cat "/proc/$1/stat" 2>/dev/null) && [[ ${stat##*) } != Z* ]]
}

is_gone() { ! lives "$1"; } # PID
