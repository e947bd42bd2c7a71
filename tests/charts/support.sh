# shellcheck shell=bash
# What the chart's tests share: the charts, helm with a home of its own, and a way to say what failed.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly here
readonly chart=$here/../../charts/nfs-subdir-provisioner
scratch=$(mktemp -d)
readonly scratch
export HELM_CACHE_HOME=$scratch HELM_CONFIG_HOME=$scratch HELM_DATA_HOME=$scratch

helm_binary=$("$here/../cluster/setup.sh" path helm)
helm() { "$helm_binary" "$@"; }

failures=0
failed() { # TEXT
  failures=$((failures + 1))
  echo "FAILED: $*" >&2
}

end() {
  rm -rf "$scratch"
  ((failures == 0))
}

expect_text() { # WHAT PART TEXT
  grep -qF -- "$2" <<<"$3" || failed "$1: \"$2\" is not in: $3"
}

expect_no_text() { # WHAT PART TEXT
  if grep -qF -- "$2" <<<"$3"; then failed "$1: \"$2\" is in: $3"; fi
}

expect_same() { # WHAT WANTED IS
  [[ $2 == "$3" ]] || failed "$1: wanted \"$2\", is \"$3\""
}

# COMMAND must fail, and say PART.
expect_refused() { # WHAT PART COMMAND..
  local what=$1 part=$2 said
  shift 2
  if said=$("$@" 2>&1); then
    failed "$what: was not refused"
  else
    expect_text "$what" "$part" "$said"
  fi
}
