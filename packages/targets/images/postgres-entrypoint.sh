#!/bin/sh
# Makes what is missing for its clients, then becomes PostgreSQL.
#   PGDATA          a folder on the volume
#   CLIENTS         who has a database of its own: role=database, with commas between them
#   CLIENTS_FOLDER  a folder with the password of each role in a file of its name; read at each start, so that a new one takes effect with a restart
#   DROPPED         clients that are gone and whose databases and roles shall go too, as in CLIENTS; nothing where it is not set
# A role owns its database, and no other role may connect to it. What is of no client, such as the database of one that is gone, stays as it is.
# The superuser has no password and answers only on the local socket.
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

# One that was killed leaves its process number, 1, which is this script's by now: a container that starts has no other process.
rm -f "$PGDATA/postmaster.pid"

# In single-user mode -j ends a statement with a semicolon and an empty line. One that fails ends the start, and is not logged: it may contain a password.
single() { "$bin/postgres" --single -j -D "$PGDATA" -c exit_on_error=on -c log_min_error_statement=panic postgres; }

existing=$(
  single <<SQL
SELECT datname FROM pg_database;

SQL
)

check_names() {
  case $1 in
    *[!a-z0-9=_-]* | *=*=* | =* | *=) ;;
    *=*) return ;;
  esac
  echo "'$1' is not role=database in small letters, digits, - and _" >&2
  exit 1
}

# What brings one client to what it should have, whatever there is of it.
statements() {
  role=$1 database=$2
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

# What takes away what a client had that is gone. Never of one that is there.
drops() {
  case ",$CLIENTS," in *",$1="* | *"=$2,"*) echo "DROPPED names $1=$2, and CLIENTS has the role or the database: remove the service first" >&2; exit 1 ;; esac
  printf 'DROP DATABASE IF EXISTS "%s";\n\nDROP ROLE IF EXISTS "%s";\n\n' "$2" "$1"
}

changes=$(
  IFS=,
  for client in ${DROPPED:-}; do check_names "$client" && drops "${client%%=*}" "${client#*=}"; done
  for client in $CLIENTS; do check_names "$client" && statements "${client%%=*}" "${client#*=}"; done
)
single >/dev/null <<SQL
$changes

SQL

# On the embedded target Istio redirects only IPv4, so Postgres listens only there: over IPv6 every policy would be bypassed. Acknowledged
# writes are on the disk. These options override postgresql.conf of the volume.
exec "$bin/postgres" -D "$PGDATA" -c listen_addresses=0.0.0.0 -c unix_socket_directories="$sockets" \
  -c fsync=on -c synchronous_commit=on -c full_page_writes=on
