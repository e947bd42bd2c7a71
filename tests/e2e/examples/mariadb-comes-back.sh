#!/usr/bin/env bash
# examples/mariadb-comes-back with a real MariaDB: its README, then the same with kills in between.
set -Eeuo pipefail
# shellcheck source=tests/e2e/examples/example.sh
source "$(dirname "${BASH_SOURCE[0]}")/example.sh"
readonly example=examples/mariadb-comes-back
readonly confirmed=$node_dir/confirmed

in_database() { # MARIADB_FLAG..
  kubectl --namespace shop exec --stdin deployment/db-mariadb -- mariadb -uroot -pexample --skip-column-names "$@"
}

ask() { # SQL
  in_database --execute "$1"
}

the_readme_is_true() {
  open_page $example/README.md
  run_block 'helm install, rows are written into a new database'
  run_block "helm uninstall, helm install: the rows are there ($(ask 'select version()'))"
  close_page
}

# Row after row; a number stands in $confirmed when the server has said that its row is written.
start_writing() {
  ask 'create table orders.kills (n int primary key) engine=innodb'
  : >"$confirmed"
  { seq 1000000 | sed 's/.*/insert into orders.kills values (&); select &;/' |
    in_database --unbuffered >"$confirmed" || true; } 2>/dev/null &
  writer=$!
}

rows_are_confirmed() { # COUNT
  (($(wc -l <"$confirmed") >= $1))
}

# Only processes of this node are seen here.
kill_process() { # NAME
  pkill -KILL --exact "$1" || fail "there is no process $1 to kill"
}

every_kill_is_survived() {
  local count
  start_writing
  await 60 '300 rows are confirmed' rows_are_confirmed 300
  kill_process mariadbd
  helm uninstall db --namespace shop
  kill_process nfs-subdir-prov
  wait "$writer"
  count=$(wc -l <"$confirmed")
  step "MariaDB is killed after row $count, the chart uninstalled, and the program killed"
  await 120 'the volume of the database is gone' volumes_are_gone
  helm install db $example/chart --namespace shop --wait --timeout 180s
  expect_same 'rows of those that were confirmed' "$count" "$(ask "select count(*) from orders.kills where n <= $count")"
  expect_same 'what MariaDB says of its table' 'orders.kills check status OK' \
    "$(ask 'check table orders.kills extended' | tr '\t' ' ')"
  expect_same 'the row of the README' 42 "$(ask 'select n from orders.o')"
  step "helm install again: all $count rows that were confirmed are there, and the table is sound"
}

the_example_is_removed() {
  helm uninstall db --namespace shop --wait
  await 120 'the volume of the database is gone' volumes_are_gone
  kubectl delete namespace shop >/dev/null
}

install_program
the_readme_is_true
every_kill_is_survived
the_example_is_removed
uninstall_program
