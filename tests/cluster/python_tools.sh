# shellcheck shell=bash
# shellcheck disable=SC2154 # binary.sh says where the cache is, setup.sh where `here` is
# The tools of `make docs`: Python packages of the versions in docs/site/requirements.txt, in a virtual environment in
# the cache.
locate_python_tools() {
  requirements=$here/../../docs/site/requirements.txt
  python_tools=$cache/docs-$({ cat "$requirements"; python3 --version; } | sha256sum | cut -c1-16)
}

print_python_tools() {
  locate_python_tools
  [[ -e $python_tools/ready ]] || fail "the tools for the documents are not there yet: run 'tests/cluster/setup.sh docs'"
  echo "$python_tools/bin"
}

install_python_tools() {
  rm -rf "$python_tools"
  python3 -m venv "$python_tools" &&
    "$python_tools/bin/pip" install --quiet --disable-pip-version-check --no-deps --requirement "$requirements" &&
    "$python_tools/bin/pip" check --quiet --disable-pip-version-check &&
    touch "$python_tools/ready"
}

build_python_tools() {
  local log
  locate_python_tools
  if [[ -e $python_tools/ready ]]; then return; fi
  mkdir -p "$cache"
  exec {lock}>"$cache/lock-docs"
  flock "$lock"
  if [[ -e $python_tools/ready ]]; then return; fi
  log=$(mktemp)
  with_progress 'installing what makes the site of the documents (once)' "$log" 0 install_python_tools ||
    fail "pip did not install it (is there a network?): $(tail -n 1 "$log"); all it said: $log"
  rm -f "$log"
  exec {lock}>&-
}
