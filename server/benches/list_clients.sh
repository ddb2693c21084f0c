#!/usr/bin/env bash
# How much of the database's speed reaches the client: `ListClients` with 50 rows, by h2load,
# against the same query by pgbench, in turn, on one machine. Prints the ratio, and also that to
# all three queries which a call makes.
#
#   server/benches/list_clients.sh
#
# EPIC_BENCH_DATABASE_URL names the PostgreSQL, without a database: it makes one of its own and
# drops it. Default: postgres://postgres@127.0.0.1:5432. Takes about two minutes after the build.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

CALLS=40000    # a round
SECONDS_EACH=8 # a round of pgbench
ROUNDS=3       # the median counts
CONNECTIONS=8  # of h2load, with 4 calls at once each; and of pgbench

need h2load nghttp2-client
need pgbench postgresql

main() {
    build
    make_database
    sql -d "$DATABASE_URL" -c 'vacuum analyze'
    start_server
    reply=$(lists prepare "$scratch")
    page >"$scratch/page.sql"
    { page && rest; } >"$scratch/call.sql"
    echo "one reply: $reply bytes, decoded and checked: 50 clients"

    load 2000 >/dev/null # the pool fills, statements are prepared
    local round calls=() pages=() wholes=()
    printf '%-8s %14s %22s %28s\n' "" "ListClients/s" "the page's query/s" "a call's two queries/s"
    for round in $(seq "$ROUNDS"); do
        calls+=("$(load "$CALLS")")
        pages+=("$(queries page)")
        wholes+=("$(queries call)")
        row "round $round" "${calls[-1]}" "${pages[-1]}" "${wholes[-1]}"
    done
    local call page whole
    call=$(median "${calls[@]}") page=$(median "${pages[@]}") whole=$(median "${wholes[@]}")
    row median "$call" "$page" "$whole"
    awk -v call="$call" -v page="$page" -v whole="$whole" 'BEGIN {
        printf "%-8s %14s %22.2f %28.2f\n", "ratio", "", call / page, call / whole }'
}

row() {
    printf '%-8s %14d %22d %28d\n' "$@"
}

# What the server asks for the first page in the order of names: server/src/client/rows.rs.
page() {
    cat <<'SQL'
select id, name, email, phone, company, commercial_id, commercial_name, create_time, update_time,
    version, name_sort::text
from client_records order by name_sort, id limit 51;
SQL
}

# What it asks besides: how many there are. Whose session it is the server remembers.
rest() {
    cat <<'SQL'
select count(*) from (select id from client_records limit 10001) counted;
SQL
}

# Calls a second. h2load counts a gRPC error as a success, for its HTTP status is 200; but such a
# reply has no body. So every byte is counted: calls times the reply that was checked.
load() {
    local expected
    timeout 120 h2load -n "$1" -c "$CONNECTIONS" -m 4 -t 1 -d "$scratch/request" \
        -H 'content-type: application/grpc' -H 'te: trailers' \
        -H "authorization: Bearer $(<"$scratch/token")" \
        "http://$EPIC_LISTEN/epic.v1.ClientService/ListClients" >"$scratch/load"
    expected="$(($1 * reply))"
    if ! grep -q "^requests: .* $1 succeeded, 0 failed, 0 errored, 0 timeout" "$scratch/load" ||
        ! grep -q "^traffic: .*($expected) data\$" "$scratch/load"; then
        echo "not every reply is the one that was checked ($expected bytes):" >&2
        cat "$scratch/load" >&2
        exit 1
    fi
    sed -n 's/^finished in [^,]*, \([0-9]*\)[0-9.]* req\/s.*/\1/p' "$scratch/load"
}

# How often a second the file is run, its statements prepared once as the server does.
queries() {
    timeout 60 pgbench -n -M prepared -c "$CONNECTIONS" -j 1 -T "$SECONDS_EACH" \
        -f "$scratch/$1.sql" "$DATABASE_URL" >"$scratch/queries" 2>&1 || {
        cat "$scratch/queries" >&2
        exit 1
    }
    sed -n 's/^tps = \([0-9]*\).*/\1/p' "$scratch/queries"
}

median() {
    printf '%s\n' "$@" | sort -n | sed -n "$((($# + 1) / 2))p"
}

main
