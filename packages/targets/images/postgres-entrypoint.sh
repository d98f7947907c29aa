#!/bin/sh
# Makes the database on the first start, then becomes PostgreSQL.
#   PGDATA              a folder on the volume
#   DATABASE, ROLE      the database, and the role that owns it
#   ROLE_PASSWORD_FILE  its password; read at each start, so that a new one takes effect with a restart
# The superuser has no password and answers on the local socket alone.
set -eu
bin=/usr/local/pgsql/bin
sockets=/tmp
password=$(cat "$ROLE_PASSWORD_FILE")
case $password in *[!A-Za-z0-9_-]* | '') echo "the password of role $ROLE has characters that are not letters, digits, - or _" >&2; exit 1 ;; esac

if [ ! -s "$PGDATA/PG_VERSION" ]; then
  draft="$PGDATA.draft"
  rm -rf "$draft"
  "$bin/initdb" --pgdata="$draft" --username=postgres --auth-local=peer --auth-host=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 --data-checksums
  echo "host all all all scram-sha-256" >>"$draft/pg_hba.conf"
  rm -rf "$PGDATA"
  mv "$draft" "$PGDATA"
fi

chmod 0700 "$PGDATA" # Kubernetes gives a volume's files to the pod's group, which PostgreSQL refuses

single() { "$bin/postgres" --single -j -D "$PGDATA" "$1" >/dev/null; }
# In single-user mode -j ends a statement with a semicolon and an empty line.
single postgres <<SQL
DO \$\$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '$ROLE') THEN CREATE ROLE "$ROLE" LOGIN; END IF; END \$\$;

ALTER ROLE "$ROLE" PASSWORD '$password';

SQL
if ! "$bin/postgres" --single -D "$PGDATA" "$DATABASE" </dev/null >/dev/null 2>&1; then
  single postgres <<SQL
CREATE DATABASE "$DATABASE" OWNER "$ROLE";

REVOKE CONNECT ON DATABASE "$DATABASE" FROM PUBLIC;

SQL
fi

# What was acknowledged is on the disk, whatever postgresql.conf on the volume says.
exec "$bin/postgres" -D "$PGDATA" -c listen_addresses='*' -c unix_socket_directories="$sockets" \
  -c fsync=on -c synchronous_commit=on -c full_page_writes=on
