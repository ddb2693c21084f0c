#!/usr/bin/env bash
# What a flood of 200 logins at once costs everybody else: one page of clients, timed in quiet
# spells and in floods in turn. Prints both, and the ratio.
#
#   server/benches/flood.sh
#
# EPIC_BENCH_DATABASE_URL names the PostgreSQL, as for list_clients.sh.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

build
make_database
sql -d "$DATABASE_URL" -c 'vacuum analyze'
start_server
lists flood
