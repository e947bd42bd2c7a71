#!/bin/sh
# Does what the official image's script does: gives the data to the user mysql, makes a database where there is none,
# and becomes the server.
set -eu
readonly data=/var/lib/mysql

if [ "$(id -u)" = 0 ]; then
  find "$data" /run/mysqld ! -user mysql -exec chown mysql: {} +
  exec setpriv --reuid mysql --regid mysql --clear-groups "$0" "$@"
fi
set -- mariadbd --no-defaults --datadir="$data" --socket=/run/mysqld/mysqld.sock "$@"
if [ ! -d "$data/mysql" ]; then
  mariadb-install-db --no-defaults --datadir="$data" --auth-root-authentication-method=normal --skip-test-db
  echo "alter user root@localhost identified by '$MARIADB_ROOT_PASSWORD';" >/tmp/first.sql
  set -- "$@" --init-file=/tmp/first.sql
fi
exec "$@"
