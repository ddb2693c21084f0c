#!/usr/bin/env bash
# The throughput of the server relative to that of its database: ListClients with 50 rows, measured
# by h2load, and the same query, measured by pgbench, in turn, on one machine. Prints the ratio to the
# page's query and to both queries of a call.
#
#   server/benches/list_clients.sh
#
# EPIC_BENCH_DATABASE_URL names the PostgreSQL server, without a database: the script creates one and
# drops it. Default: postgres://postgres@127.0.0.1:5432. Takes about two minutes after the build.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

CALLS=40000      # per round
PGBENCH_SECONDS=8 # per round
ROUNDS=3         # the result is their median
CONNECTIONS=8    # of h2load, with 4 concurrent calls each, and of pgbench

require h2load nghttp2-client
require pgbench postgresql

main() {
    build lists
    create_database
    sql -d "$DATABASE_URL" -c 'vacuum analyze'
    start_server
    reply=$(lists prepare "$scratch")
    page_query >"$scratch/page.sql"
    { page_query && count_query; } >"$scratch/call.sql"
    echo "one reply: $reply bytes with 50 clients"

    load 2000 >/dev/null # warm-up: connections and prepared statements
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

# The query for the first page by name, as in server/src/client/rows.rs.
page_query() {
    cat <<'SQL'
select id, name, email, phone, company, commercial_id, commercial_name, create_time, update_time,
    version, name_sort::text
from client_records order by name_sort, id limit 51;
SQL
}

# The other query of a call, for the count. The session comes from the cache.
count_query() {
    cat <<'SQL'
select count(*) from (select id from client_records limit 10001) counted;
SQL
}

# Prints the calls per second. h2load counts a gRPC error as a success, because its HTTP status is 200,
# but such a reply has no body. So the received bytes must equal those of $1 full replies.
load() {
    local expected
    timeout 120 h2load -n "$1" -c "$CONNECTIONS" -m 4 -t 1 -d "$scratch/request" \
        -H 'content-type: application/grpc' -H 'te: trailers' \
        -H "authorization: Bearer $(<"$scratch/token")" \
        "http://$EPIC_LISTEN/epic.v1.ClientService/ListClients" >"$scratch/load"
    expected="$(($1 * reply))"
    if ! grep -q "^requests: .* $1 succeeded, 0 failed, 0 errored, 0 timeout" "$scratch/load" ||
        ! grep -q "^traffic: .*($expected) data\$" "$scratch/load"; then
        echo "the replies do not have $expected bytes in total:" >&2
        cat "$scratch/load" >&2
        exit 1
    fi
    sed -n 's/^finished in [^,]*, \([0-9]*\)[0-9.]* req\/s.*/\1/p' "$scratch/load"
}

# Prints the runs of the file per second, with prepared statements as in the server.
queries() {
    timeout 60 pgbench -n -M prepared -c "$CONNECTIONS" -j 1 -T "$PGBENCH_SECONDS" \
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
