# shellcheck shell=bash
# shellcheck disable=SC2154 # binary.sh says where the cache is, setup.sh where `here` is
# Tools in Python, in a virtual environment of the cache for each purpose: what makes the site of the documents (docs), and
# what chart-testing calls (charts). Versions are in a file of requirements.
locate_python_tools() { # PURPOSE
  case $1 in
    docs) requirements=$here/../../docs/site/requirements.txt ;;
    charts) requirements=$here/../charts/ct/requirements.txt ;;
  esac
  python_tools=$cache/$1-$({ cat "$requirements"; python3 --version; } | sha256sum | cut -c1-16)
}

print_python_tools() { # PURPOSE
  locate_python_tools "$1"
  [[ -e $python_tools/ready ]] || fail "the tools for $1 are not there yet: run 'tests/cluster/setup.sh $1'"
  echo "$python_tools/bin"
}

install_python_tools() {
  rm -rf "$python_tools"
  python3 -m venv "$python_tools" &&
    "$python_tools/bin/pip" install --quiet --disable-pip-version-check --no-deps --requirement "$requirements" &&
    "$python_tools/bin/pip" check --quiet --disable-pip-version-check &&
    touch "$python_tools/ready"
}

build_python_tools() { # PURPOSE
  local log
  locate_python_tools "$1"
  if [[ -e $python_tools/ready ]]; then return; fi
  mkdir -p "$cache"
  exec {lock}>"$cache/lock-$1"
  flock "$lock"
  if [[ -e $python_tools/ready ]]; then return; fi
  log=$(mktemp)
  with_progress "installing Python tools for $1 (once)" "$log" 0 install_python_tools ||
    fail "pip did not install it (is there a network?): $(tail -n 1 "$log"); all it said: $log"
  rm -f "$log"
  exec {lock}>&-
}
