# shellcheck shell=bash
# shellcheck disable=SC2154 # support.sh says what is used here
# What the stories of the examples share: the program, and the commands of an example's README, run as they are written.
# shellcheck source=tests/e2e/support.sh
source "$(dirname "${BASH_SOURCE[0]}")/../support.sh"
# shellcheck source=tests/docs/blocks.sh
source "$here/../docs/blocks.sh"
PATH=$node_dir/cluster/bin:${helm_binary%/*}:$PATH
export PATH EXPORT=$export
trap 'fail "line $LINENO: $BASH_COMMAND"' ERR

install_program() {
  make_space storage privileged
  helm install nfs "$chart" --namespace storage "${two_values[@]}"
  await_pods storage deployment/nfs-nfs-subdir-external-provisioner
  step 'helm install of the program'
}

uninstall_program() {
  helm uninstall nfs --namespace storage
  expect_same 'what is left of the release' '' "$(kubectl get -A -l release=nfs -o name serviceaccount,deployment,\
daemonset,service,ingress,role,rolebinding,clusterrole,clusterrolebinding,storageclass,persistentvolume,\
persistentvolumeclaim)"
  step 'helm uninstall of the program: nothing is left of it in the cluster'
}

open_page() { # README
  page=$1
  blocks=$node_dir/blocks
  block=0
  rm -rf "$blocks"
  mkdir "$blocks"
  extract_blocks "$page" "$blocks"
  all_blocks_found "$page" "$blocks" || fail "$page: no block to run, or a mark with no block below it"
}

# Runs the page's next block in a shell of its own, in the tree's root as whoever reads it would. `said` is what it said.
run_block() { # WHAT_IT_SHOWS
  local status=0 commands text
  block=$((block + 1))
  commands=$(<"$blocks/$block.run")
  said=$(bash -euo pipefail -c "$commands" 2>&1) || status=$?
  ((status == 0)) || fail "$page:"$'\n'"$commands"$'\n'"ended with $status, and said:"$'\n'"$said"
  if text=$(missing_text "$blocks" "$block" "$said"); then
    fail "$page:"$'\n'"$commands"$'\n'"did not say: $text"$'\n'"but:"$'\n'"$said"
  fi
  step "README, block $block: $1"
}

close_page() {
  [[ ! -e $blocks/$((block + 1)).run ]] || fail "$page has blocks that were not run"
}
