#!/usr/bin/env bash
# buildah, podman, id and dpkg in one, by the name it is called with: notes each call in $CALLS, and answers as those do
# of a sound image on a machine of amd64. SAYS: the architecture in its configuration. MACHINE: the byte of its program's
# ELF header. CHECKS: the status of `check`. SHELL_IN_IT: there is one.
set -euo pipefail
call="${0##*/} $*"
echo "$call" >>"$CALLS"

value_of() { sed -n "s/.*$1[ =]\([^ ]*\).*/\1/p" <<<"$call"; } # OPTION
argument() { grep '^buildah .* bud ' "$CALLS" | tail -n 1 | sed -n "s/.*--build-arg $1=\([^ ]*\).*/\1/p"; }
architecture() { grep '^buildah .* bud ' "$CALLS" | tail -n 1 | sed -n 's|.*--platform linux/\([^ ]*\).*|\1|p'; }

# An ELF file as far as its header says the machine.
program() {
  local byte='\x3e'
  if [[ $(architecture) == arm64 ]]; then byte='\xb7'; fi
  head --bytes 18 /dev/zero
  printf '%b\0' "${MACHINE:-$byte}"
}

run() {
  case $call in
    *' --version') echo "nfs-subdir-provisioner $(argument VERSION) (commit $(argument COMMIT))" ;;
    *' check')
      echo 'the path is not absolute'
      exit "${CHECKS:-2}"
      ;;
    *' -c true') [[ -n ${SHELL_IN_IT:-} ]] ;;
  esac
}

case $call in
  'id -u') echo 0 ;;
  'dpkg --print-architecture') echo amd64 ;;
  *' bud '*) echo "id-of-$(architecture)" >"$(value_of --iidfile)" ;;
  *' save '*) echo image >"$(value_of --output)" ;;
  *' inspect '*Labels*version*) argument VERSION ;;
  *' inspect '*Labels*revision*) argument COMMIT ;;
  *' inspect '*Architecture*) echo "linux/${SAYS:-$(architecture)}" ;;
  *' inspect '*Entrypoint*) echo '[/nfs-subdir-provisioner]' ;;
  *' image mount '*)
    program >"$ROOT/nfs-subdir-provisioner"
    echo "$ROOT"
    ;;
  'podman '*' run '*) run ;;
esac
