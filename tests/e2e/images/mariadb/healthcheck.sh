#!/bin/sh
# Succeeds when the server answers, like the official image's script.
exec mariadb --user=root --password="$MARIADB_ROOT_PASSWORD" --socket=/run/mysqld/mysqld.sock --execute='select 1'
