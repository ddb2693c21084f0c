# Functions of the benchmarks: create a temporary database on the given PostgreSQL server, start the
# release build of epic-server on a free loopback port, and remove both at the end. Sourced, not run.
# shellcheck shell=bash
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

postgres=${EPIC_BENCH_DATABASE_URL:-postgres://postgres@127.0.0.1:5432}
postgres=${postgres%/}
database=epic_bench_$$
scratch=$(mktemp -d)
programs=$(realpath -m "${EPIC_BENCH_PROGRAMS:-${CARGO_TARGET_DIR:-target}/release}")

export DATABASE_URL=$postgres/$database
export EPIC_ADMIN_NAME="Bench" EPIC_ADMIN_EMAIL=bench@example.org
EPIC_ADMIN_PASSWORD=$(od -An -vtx1 -N16 /dev/urandom | tr -d " \n")
EPIC_JWT_SECRET=$(od -An -vtx1 -N32 /dev/urandom | tr -d " \n")
export EPIC_ADMIN_PASSWORD EPIC_JWT_SECRET
unset SENTRY_DSN EPIC_TLS_CERT EPIC_TLS_KEY

require() {
    command -v "$1" >/dev/null || {
        echo "$1 is required: apt-get install $2" >&2
        exit 1
    }
}

sql() {
    psql -XqAt -v ON_ERROR_STOP=1 "$@"
}

# Builds the server and the program that measures it, unless EPIC_BENCH_PROGRAMS is the folder of
# built programs.
build() {
    [[ -z ${EPIC_BENCH_PROGRAMS:-} ]] || return 0
    cargo build --release -p epic-server --no-default-features --bins --example "$1"
}

# Creates the database with its tables, the first account and the sample data.
create_database() {
    sql -d "$postgres/postgres" -c "create database $database encoding 'UTF8' template template0"
    (cd "$scratch" && "$programs/epic-server" init && "$programs/epic-server" load-demo) \
        >"$scratch/create.log" 2>&1 || {
        cat "$scratch/create.log" >&2
        exit 1
    }
}

start_server() {
    local port=$((20000 + RANDOM % 10000))
    export EPIC_LISTEN=127.0.0.1:$port
    # In an empty folder, so that no .env changes the settings.
    (cd "$scratch" && exec env RUST_LOG=warn "$programs/epic-server" serve) \
        >"$scratch/server.log" 2>&1 &
    server=$!
    for _ in $(seq 100); do
        # Another process may serve that port.
        kill -0 "$server" || break
        if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
            return
        fi
        sleep 0.1
    done
    cat "$scratch/server.log" >&2
    exit 1
}

finish() {
    local code=$?
    if [[ -n ${server:-} ]]; then
        kill "$server" 2>/dev/null || true
        wait "$server" || true
    fi
    sql -d "$postgres/postgres" -c "drop database if exists $database with (force)" || true
    rm -rf "$scratch"
    exit "$code"
}

trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

require psql postgresql-client
