#!/usr/bin/env bash
# Updates per second of the database, with the feed of changes and with a notification in each transaction
# as before it, with 8 and 32 writers; first without a standby, then with a synchronous one that applies
# each commit 3 ms later. pgbench makes the updates, so that only the database is measured; a server reads
# the changes, and a listener receives the notifications.
#
#   server/benches/writes.sh
#
# Creates two PostgreSQL clusters in a temporary folder with the installed programs, and removes them.
# EPIC_BENCH_SECONDS is the duration of each measurement; default: 10.
programs_of_postgres=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
clusters=$(mktemp -d)
port=$((30000 + RANDOM % 10000))
EPIC_BENCH_DATABASE_URL=postgres://postgres@127.0.0.1:$port
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

seconds=${EPIC_BENCH_SECONDS:-10}

# PostgreSQL refuses to run as root.
as_postgres() {
    if [[ $(id -u) == 0 ]]; then
        (cd / && runuser -u postgres -- "$@")
    else
        "$@"
    fi
}

# Starts the cluster in the folder $1 on the port $2 with the settings $3.
start_cluster() {
    printf 'port = %s\nlisten_addresses = %s\nunix_socket_directories = %s\nmax_connections = 80\n%s\n' \
        "$2" "'127.0.0.1'" "''" "$3" | as_postgres tee -a "$clusters/$1/postgresql.auto.conf" >/dev/null
    as_postgres "$programs_of_postgres/pg_ctl" -w -s -D "$clusters/$1" -l "$clusters/$1/log" start
}

start_clusters() {
    [[ $(id -u) != 0 ]] || chown postgres "$clusters"
    as_postgres "$programs_of_postgres/initdb" -D "$clusters/primary" -U postgres --auth=trust -E UTF8 \
        --locale=C.UTF-8 >/dev/null
    start_cluster primary "$port" ""
    as_postgres "$programs_of_postgres/pg_basebackup" -D "$clusters/standby" -c fast -R \
        -d "host=127.0.0.1 port=$port user=postgres application_name=standby"
    start_cluster standby $((port + 1)) "recovery_min_apply_delay = '3ms'"
}

remove_clusters() {
    local cluster
    kill ${server:-} ${listener:-} 2>/dev/null || true
    for cluster in standby primary; do
        as_postgres "$programs_of_postgres/pg_ctl" -s -D "$clusters/$cluster" -m immediate stop || true
    done
    rm -rf "$clusters" "$scratch"
}

configure() {
    sql -d "$postgres/postgres" -c "alter system set synchronous_standby_names = '$1'" \
        -c "alter system set synchronous_commit = '$2'" -c "select pg_reload_conf()" >/dev/null
    sleep 1
}

# The updates per second of $1 writers.
updates_per_second() {
    pgbench -n -d "postgres://epic_app@127.0.0.1:$port/$database" -f "$scratch/update.sql" -M prepared \
        -c "$1" -j 2 -T "$seconds" 2>&1 | sed -n 's/^tps = \([0-9]*\).*/\1/p'
}

measure() {
    local writers rates
    for writers in 8 32; do
        rates=$(updates_per_second "$writers")
        printf '%-14s %-14s %8s writers %8s/s\n' "$1" "$2" "$writers" "$rates"
        [[ -n $rates ]] || exit 1
    done
}

main() {
    require pgbench postgresql-client
    build attack
    start_clusters
    # The database goes with its cluster.
    trap remove_clusters EXIT
    create_database
    local clients
    clients=$(sql -d "$DATABASE_URL" -c "select count(*) from clients")
    cat >"$scratch/update.sql" <<SQL
\set id random(1, $clients)
begin;
select set_config('epic.actor', 'Bench', true), set_config('epic.rpc', 'UpdateClient', true);
update clients set company = 'Company ' || nextval(pg_get_serial_sequence('clients', 'id')) where id = :id;
commit;
SQL
    sql -d "$DATABASE_URL" -c "grant usage on all sequences in schema public to epic_app"
    start_server
    measure "table" "no standby"
    configure standby remote_apply
    measure "table" "standby, 3 ms"
    configure "" on
    kill "$server" && wait "$server" || true
    server=
    sql -d "$DATABASE_URL" -c "set role epic_owner" -f migrations/*_changes/down.sql
    mkfifo "$scratch/commands"
    exec 9<>"$scratch/commands"
    psql -XqAt -d "$DATABASE_URL" <&9 >/dev/null &
    listener=$!
    echo "listen epic_changes;" >&9
    measure "notifications" "no standby"
    configure standby remote_apply
    measure "notifications" "standby, 3 ms"
    configure "" on
    kill "$listener"
}

main
