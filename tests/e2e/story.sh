#!/usr/bin/env bash
# The main job with real pods: story.sh, in a node's namespaces (node.sh enter). Prints each step when it is done.
set -Eeuo pipefail
# shellcheck source=tests/e2e/support.sh
source "$(dirname "${BASH_SOURCE[0]}")/support.sh"
# shellcheck source=tests/e2e/comes_back.sh
source "$here/comes_back.sh"
# shellcheck source=tests/e2e/leadership.sh
source "$here/leadership.sh"
# shellcheck source=tests/e2e/node_tuning.sh
source "$here/node_tuning.sh"
# shellcheck source=tests/e2e/from_upstream.sh
source "$here/from_upstream.sh"
trap 'fail "line $LINENO: $BASH_COMMAND"' ERR

make_space storage baseline
make_space team-a restricted
install_with_two_values
the_data_comes_back
mount_options_reach_the_node
the_chart_tests_itself
another_pod_leads
nodes_are_tuned
everything_is_uninstalled
a_release_of_upstream_is_upgraded
step 'all of it was as it should be'
