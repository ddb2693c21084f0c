#!/usr/bin/env bash
# Measures the effect of attacks on other callers. Prints for each attack: the median time of an honest
# caller at rest; its median and 99th percentile during the attack, as multiples of those at rest; its
# failed calls; the growth of the server's memory; and the time after the attack until calls are as fast
# as before. Goals: at most 3 times slower, no failed call, memory at most the budget (EPIC_MEMORY_BUDGET)
# plus 64 MiB, normal within one second. Fails when an honest call fails.
# Takes about four minutes on an idle machine.
#
#   server/benches/attack.sh [WORD]     only attacks whose name contains WORD
#
# EPIC_ATTACK_SECONDS is the length of each attack (default 10). EPIC_ATTACK_DIVISOR divides the number of
# connections, for a debug build, which takes several times as long for each.
# EPIC_BENCH_DATABASE_URL names the PostgreSQL server, as for million.sh.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

EVENTS=40000

main() {
    # This process and the server each need a file descriptor for each of 5,000 connections.
    ulimit -n "$(ulimit -Hn)"
    build attack
    create_database
    sql -d "$DATABASE_URL" -v events="$EVENTS" <<'SQL'
set epic.actor = 'Bench';
with booked as (
    insert into contracts
        (request_id, client_id, event_title, total_cents, remaining_cents, date, signed)
    select gen_random_uuid(), client.ids[1 + n % array_length(client.ids, 1)], 'Gala ' || n,
        100000, 0, current_date, true
    from generate_series(1, :events) n, (select array_agg(id) from clients) client(ids)
    returning id
)
insert into events (request_id, contract_id, start_time, end_time, location, attendees, note)
select gen_random_uuid(), id, now() + id * interval '10 minutes',
    now() + id * interval '10 minutes' + interval '3 hours', 'Salle ' || id, 100, repeat('texte ', 50)
from booked;
SQL
    sql -d "$DATABASE_URL" -c 'vacuum analyze'
    start_server
    timeout 1800 "$programs/examples/attack" "$server" "$@"
}

main "$@"
