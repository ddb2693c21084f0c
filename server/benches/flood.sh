#!/usr/bin/env bash
# The cost of a flood of logins for other callers: times a page of clients without and with 200
# concurrent failing logins, in turn. Prints the medians, the 99th percentiles and their ratios.
#
#   server/benches/flood.sh
#
# EPIC_BENCH_DATABASE_URL names the PostgreSQL server, as for list_clients.sh.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

build lists
create_database
sql -d "$DATABASE_URL" -c 'vacuum analyze'
start_server
lists flood
