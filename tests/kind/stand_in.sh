#!/usr/bin/env bash
# docker, kind, helm and kubectl in one, by the name it is called with: notes each call in $CALLS, and answers as a
# cluster does whose pods keep what they wrote. LOSES_DATA=1: whose pods do not. FAILS='docker run': where it fails.
call="${0##*/} $*"
echo "$call" >>"$CALLS"
if [[ -n ${FAILS:-} && $call == "$FAILS"* ]]; then exit 1; fi

tokens() { sed -n 's/^helm install shop .*token=\([a-z]*\) .*/\1/p' "$CALLS"; }

case $call in
  'docker container inspect --format '*) echo 172.18.0.3 ;;
  'docker container inspect '*) grep -q '^docker run' "$CALLS" ;;
  'kubectl -n shop exec '*) if [[ ${LOSES_DATA:-0} == 1 ]]; then tokens | tail -n 1; else tokens; fi ;;
esac
