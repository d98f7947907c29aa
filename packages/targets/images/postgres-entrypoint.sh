#!/bin/sh
# Makes what its clients lack, then becomes PostgreSQL.
#   PGDATA          a folder on the volume
#   CLIENTS         who has a database of its own: role=database, with commas between them
#   CLIENTS_FOLDER  a folder with the password of each role in a file of its name; read at each start, so that a new one takes effect with a restart
# A role owns its database, and no other role may connect to it. What is of no client, such as the database of one that is gone, stays as it is.
# The superuser has no password and answers on the local socket alone.
set -eu
bin=/usr/local/pgsql/bin
sockets=/tmp

if [ ! -s "$PGDATA/PG_VERSION" ]; then
  draft="$PGDATA.draft"
  rm -rf "$draft"
  "$bin/initdb" --pgdata="$draft" --username=postgres --auth-local=peer --auth-host=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 --data-checksums
  echo "host all all all scram-sha-256" >>"$draft/pg_hba.conf"
  rm -rf "$PGDATA"
  mv "$draft" "$PGDATA"
fi

chmod 0700 "$PGDATA" # Kubernetes gives a volume's files to the pod's group, which PostgreSQL refuses

# In single-user mode -j ends a statement with a semicolon and an empty line. One that fails ends the start, and is not logged: it may hold a password.
single() { "$bin/postgres" --single -j -D "$PGDATA" -c exit_on_error=on -c log_min_error_statement=panic postgres; }

existing=$(
  single <<SQL
SELECT datname FROM pg_database;

SQL
)

# What brings one client to what it should have, whatever there is of it.
statements() {
  role=$1 database=$2
  case $role$database in *[!a-z0-9_-]*) echo "CLIENTS names a role or a database that has more than small letters, digits, - and _" >&2; exit 1 ;; esac
  password=$(cat "$CLIENTS_FOLDER/$role")
  case $password in *[!A-Za-z0-9_-]* | '') echo "the password of role $role has characters that are not letters, digits, - or _" >&2; exit 1 ;; esac
  cat <<SQL
DO \$\$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '$role') THEN CREATE ROLE "$role" LOGIN; END IF; END \$\$;

ALTER ROLE "$role" PASSWORD '$password';

SQL
  case $existing in *"datname = \"$database\""*) ;; *) printf 'CREATE DATABASE "%s";\n\n' "$database" ;; esac
  cat <<SQL
ALTER DATABASE "$database" OWNER TO "$role";

REVOKE CONNECT ON DATABASE "$database" FROM PUBLIC;

SQL
}

changes=$(
  IFS=,
  for client in $CLIENTS; do statements "${client%%=*}" "${client#*=}"; done
)
single >/dev/null <<SQL
$changes

SQL

# What was acknowledged is on the disk, whatever postgresql.conf on the volume says.
exec "$bin/postgres" -D "$PGDATA" -c listen_addresses='*' -c unix_socket_directories="$sockets" \
  -c fsync=on -c synchronous_commit=on -c full_page_writes=on
