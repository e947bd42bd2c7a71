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

# A chart in $scratch/umbrella that has the chart in it, once for each alias; "" is the chart under its own name.
make_umbrella() { # ALIAS..
  local alias
  mkdir -p "$scratch/umbrella/charts"
  cp -r "$chart" "$scratch/umbrella/charts/"
  {
    printf 'apiVersion: v2\nname: umbrella\nversion: 1.0.0\ndependencies:\n'
    for alias in "$@"; do
      printf '  - {name: nfs-subdir-provisioner, version: ">=0.0.0-0"%s}\n' "${alias:+, alias: $alias}"
    done
  } >"$scratch/umbrella/Chart.yaml"
}

render_umbrella() { # KEY=VALUE[,..]
  helm template rel "$scratch/umbrella" --kube-version 1.36.3 --set "$1"
}

# Debian's python, whose modules setup.sh installs. A date is text, as Kubernetes has it.
manifests_as_json() {
  /usr/bin/python3 -c 'import json, sys, yaml
for each in yaml.safe_load_all(sys.stdin): print(json.dumps(each, default=str))'
}

# Of the manifests on stdin those of KIND ("": all), each as the jq filter has it, a line each.
of() { # KIND FILTER
  manifests_as_json | jq -r --arg kind "$1" "select(. != null and (\$kind == \"\" or .kind == \$kind)) | $2"
}
