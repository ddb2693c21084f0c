#!/usr/bin/env bash
# How much of the database's speed reaches the client: `ListClients` with 50 rows, measured by
# h2load, against the same query by pgbench, in turn, on one machine. Prints the ratio.
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
    same_query >"$scratch/query.sql"
    echo "one reply: $reply bytes, 50 clients, checked field by field"

    load 2000 >/dev/null # the pool fills, statements are prepared
    local round calls=() queries=()
    for round in $(seq "$ROUNDS"); do
        calls+=("$(load "$CALLS")")
        queries+=("$(query)")
        echo "round $round: ${calls[-1]} calls/s, ${queries[-1]} queries/s"
    done
    awk -v calls="$(median "${calls[@]}")" -v queries="$(median "${queries[@]}")" 'BEGIN {
        printf "median: %d calls/s against %d queries/s, ratio %.2f\n",
            calls, queries, calls / queries }'
}

# What the server asks of the database for the first page in the order of names; see
# server/src/client/rows.rs.
same_query() {
    cat <<'SQL'
select 1;
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

# Queries a second, prepared once as the server does.
query() {
    timeout 60 pgbench -n -M prepared -c "$CONNECTIONS" -j 1 -T "$SECONDS_EACH" \
        -f "$scratch/query.sql" "$DATABASE_URL" >"$scratch/query" 2>&1 || {
        cat "$scratch/query" >&2
        exit 1
    }
    sed -n 's/^tps = \([0-9]*\).*/\1/p' "$scratch/query"
}

median() {
    printf '%s\n' "$@" | sort -n | sed -n "$((($# + 1) / 2))p"
}

main
