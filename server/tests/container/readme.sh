#!/usr/bin/env bash
# Runs every block of commands of README.md and docs/handbook.md in containers, as an operator pastes them,
# and checks what they promise: readme.sh ROOT
#
# Requires root, systemd-nspawn, curl, and the root folder ROOT that build.sh has built. Runs the programs in
# the folder EPIC_CONTAINER_PROGRAMS (target/debug). Removes the containers at the end.
# shellcheck source=server/tests/container/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=server/tests/container/blocks.sh
. server/tests/container/blocks.sh
# shellcheck source=server/tests/container/checks.sh
. server/tests/container/checks.sh

programs=$(realpath "${EPIC_CONTAINER_PROGRAMS:-${CARGO_TARGET_DIR:-target}/debug}")
secrets=/etc/epic-server/secrets
unit_changes=/etc/systemd/system/epic-server.service.d
dump=/var/backups/epic/epic.dump

main() {
    local base
    (($# == 1)) || fail "usage: readme.sh ROOT"
    ((EUID == 0)) || fail "readme.sh requires root"
    require systemd-nspawn curl
    [[ -x $programs/epic-server && -x $programs/epic ]] || fail "no programs in $programs"
    base=$(realpath "$1")
    read_blocks
    step "Start" start_machine "$base"
    step "Blocks" run_documents
    step "A backup of an older version" restore_older_backup
    step "A new machine" restore_on_new_machine "$base"
    printf 'All blocks of README.md and docs/handbook.md work (%s s)\n' "$SECONDS"
}

step() {
    printf '==> %s\n' "$1"
    shift
    "$@"
}

# A machine with the programs, the unit and a development's `.env` in the operator's home folder, as if that
# was the folder of the sources. No documented command may read that file.
start_machine() {
    start_container "$1" --bind-ro="$programs/epic:/home/operator/target/release/epic" \
        --bind-ro="$programs/epic-server:/home/operator/target/release/epic-server" \
        --bind-ro="$PWD/server/deploy:/home/operator/server/deploy"
    refuse_sudo
    echo 'DATABASE_URL=postgres://nobody@127.0.0.1:1/none' >"$root/home/operator/.env"
    chmod 600 "$root/home/operator/.env"
    inside chown operator: /home/operator/.env
}

# Runs all sections in the order of the documents. A section that has more to check has a function.
run_documents() {
    local file heading last=
    for file in "$blocks"/*.heading; do
        heading=$(cat "$file")
        [[ $heading != "$last" ]] || continue
        last=$heading
        case $heading in
        "Secrets and settings") secrets_and_settings ;;
        Database) database ;;
        "First start") first_start ;;
        "Access from other machines") access ;;
        Backup) backup ;;
        Upgrade) upgrade ;;
        Certificates) certificates ;;
        haproxy) haproxy ;;
        nginx) nginx ;;
        "On every machine") restore ;;
        "Point-in-time recovery") end_sessions ;;
        "Change the key") change_key ;;
        "A disclosed key") disclosed_key ;;
        *) run_section "$heading" ;;
        esac
    done
    expect "files in the operator's home folder" "$(inside ls -A /home/operator | sort | xargs)" \
        ".bash_logout .bashrc .env .profile .sudo_as_admin_successful new.crt new.key server target"
    expect_private "$secrets" /var/backups/epic
}

secrets_and_settings() {
    local before
    run_section "Secrets and settings"
    expect_private /etc/epic-server
    before=$(inside sha256sum "$secrets"/{DATABASE_URL,EPIC_JWT_SECRET})
    paste "$(find_block "Secrets and settings" DATABASE_URL)" >"$output" 2>&1 && fail "secrets were overwritten"
    expect "secrets" "$(inside sha256sum "$secrets"/{DATABASE_URL,EPIC_JWT_SECRET})" "$before"
}

# The password of the database must not be in PostgreSQL's log, even if that has all statements.
database() {
    local secret
    sql -c "alter system set log_statement = 'all'" -c "select pg_reload_conf()" >/dev/null
    run_section Database
    secret=$(sed -E 's|.*:([0-9a-f]{48})@.*|\1|' "$root$secrets/DATABASE_URL")
    expect "length of the password" "${#secret}" 48
    inside grep -rqF "$secret" /var/log /run/log && fail "a log has the password of the database"
    sql -c "alter system reset log_statement" -c "select pg_reload_conf()" >/dev/null
    inside env PGPASSWORD="$secret" psql -wXqAt -h 127.0.0.1 -U epic_app -d epic -c "" ||
        fail "epic_app cannot log in with the password of DATABASE_URL"
}

# After a failure the generated password is still there, and the block can be repeated. In the end, the
# password opens a session, and another one replaces it. Sample data gives the backup something to restore.
first_start() {
    fails_without epic-server "First start" "epic-server init"
    inside test -s /run/epic-init/EPIC_ADMIN_PASSWORD || fail "the generated password is lost"
    inside systemctl --quiet is-enabled epic-server 2>/dev/null && fail "the block went on after a failure"
    run_section "First start"
    password=$(tr -d '\r' <"$output" | grep -E '^[A-Za-z0-9+/]{20}$') || fail "no password is shown"
    inside test ! -e /run/epic-init || fail "/run/epic-init remains"
    expect_active
    login
    change_password "$(openssl rand -base64 15)"
    as_owner load-demo >/dev/null 2>&1
}

# Runs epic-server as an operator does, on the operator's connection.
as_owner() {
    inside runuser -u postgres -- env -C / DATABASE_URL='postgres:///epic?host=/var/run/postgresql&user=postgres' \
        epic-server "$@"
}

access() {
    create_certificate
    run_section "Access from other machines"
    expect_active
    endpoint=("${with_tls[@]}")
    login
}

backup() {
    local before
    run_section Backup
    before=$(inside sha256sum "$dump")
    fails_without pg_dump Backup pg_dump
    expect "the backup after a failed one" "$(inside sha256sum "$dump")" "$before"
    row_counts | as_restored >"$scratch/counts"
    schema >"$scratch/schema"
    expect_private /var/backups/epic
}

# Without a migrated database, the new program is not started.
upgrade() {
    inside systemctl stop epic-server
    fails_without epic-server Upgrade "epic-server migrate"
    expect "the service" "$(inside systemctl is-active epic-server || true)" inactive
    run_section Upgrade
    expect_active
}

# A second run of the block renews the certificate in a server that runs.
certificates() {
    local pid
    create_certificate
    run_section Certificates
    expect_active
    login
    pid=$(inside systemctl show --property MainPID --value epic-server)
    create_certificate
    succeeds "$(find_block Certificates groupadd)"
    sleep 3
    login
    expect "the process" "$(inside systemctl show --property MainPID --value epic-server)" "$pid"
}

# Calls through haproxy come from the address of the client, and a stream outlives the time after which
# haproxy closes an idle connection.
haproxy() {
    local through=(--cacert "$scratch/new.crt" --resolve "$CERTIFIED:443:127.0.0.1" "https://$CERTIFIED:443")
    local direct=("${endpoint[@]}")
    run_section haproxy
    expect_active
    endpoint=(--interface 127.0.0.9 "${through[@]}")
    login
    expect "the status of a wrong password" "$(password=wrong$password try_login)" 16
    inside journalctl --unit epic-server --grep "login failed.*127\.0\.0\.9" >/dev/null ||
        fail "the server does not know the address of the client"
    inside sed -i 's/ 1m$/ 10s/' /etc/haproxy/haproxy.cfg
    inside systemctl restart haproxy
    expect_lasting_stream 15
    endpoint=("${direct[@]}")
    expect "the status of a connection without a header" "$(token_status "$token" 2>/dev/null)" ""
    inside systemctl disable --quiet --now haproxy
    inside rm "$unit_changes/proxies.conf"
    inside systemctl daemon-reload
    inside systemctl restart epic-server
    login
}

# nginx needs a server without TLS, on its own machine.
nginx() {
    local through=(--cacert "$scratch/new.crt" --resolve "$CERTIFIED:8443:127.0.0.1" "https://$CERTIFIED:8443")
    local direct=("${endpoint[@]}")
    inside mv "$unit_changes/override.conf" /root/
    inside systemctl daemon-reload
    inside systemctl restart epic-server
    run_section nginx
    endpoint=("${through[@]}")
    login
    # The usual limit of nginx is a minute; the stream has nothing to read for longer than its pings.
    expect_lasting_stream 15
    inside systemctl disable --quiet --now nginx
    inside mv /root/override.conf "$unit_changes/"
    inside systemctl daemon-reload
    inside systemctl restart epic-server
    endpoint=("${direct[@]}")
    login
}

# A failure before the last step leaves the service as it is, and a failure of the last step the database.
# A restore brings back what was deleted since the backup, and ends the sessions.
restore() {
    local before
    login
    before=$(row_counts)
    fails_without pg_restore "On every machine" pg_restore
    expect_active
    expect "the sessions after a failed restore" "$(token_status "$token")" 0
    while_in_use
    expect "rows after a failed restore" "$(row_counts)" "$before"
    sql -d epic -c "delete from events where id % 2 = 0"
    succeeds "$(find_block "On every machine" pg_restore)"
    expect_restored
    succeeds "$(find_block "On every machine" "dropdb epic_before_restore")"
    run_section "On every machine"
    expect_restored
}

# The restore while another program uses the database, which then has to be started again.
while_in_use() {
    inside runuser -u postgres -- psql -Xq -d epic -c "select pg_sleep(50)" >/dev/null 2>&1 &
    paste "$(find_block "On every machine" pg_restore)" >"$output" 2>&1 &&
        fail "the restore succeeds while the database is in use"
    grep -q "is being accessed by other users" "$output" || fail "another error: $(cat "$output")"
    sql -c "select pg_terminate_backend(pid) from pg_stat_activity where query like '%pg_sleep(50)'" >/dev/null
    wait $! || true
    inside systemctl start epic-server
    expect_active
}

# The service has the rows of the backup, and the schema and rights of the installation; `token`, of a session before the restore, is not valid.
expect_restored() {
    expect_active
    expect "restored rows" "$(row_counts)" "$(cat "$scratch/counts")"
    expect "the restored schema" "$(schema | diff "$scratch/schema" -)" ""
    expect "the token of a session before the restore" "$(token_status "$token")" 16
    login
    expect "the token of a new session" "$(token_status "$token")" 0
}

# Two migrations older than the program.
restore_older_backup() {
    local migration version
    sql -c "create database epic_older template template0"
    inside runuser -u postgres -- pg_restore --exit-on-error --dbname=epic_older <"$root$dump"
    for migration in $(printf '%s\n' migrations/*/ | tail -n 2 | tac); do
        version=$(basename "$migration")
        version=${version%%_*}
        { echo "set role epic_owner;" && cat "$migration/down.sql" &&
            echo "delete from __diesel_schema_migrations where version = '${version//-/}';"; } |
            sql -d epic_older --single-transaction
    done
    inside mv "$dump" "$dump.current"
    inside runuser -u postgres -- pg_dump --format=custom epic_older >"$root$dump"
    sql -c "drop database epic_older"
    run_section "On every machine"
    expect_restored
    inside mv "$dump.current" "$dump"
}

# The steps of the handbook, with nothing but the backup.
restore_on_new_machine() {
    local old_root=$root old_leader=$leader endpoint=("${without_tls[@]}")
    start_machine "$1"
    cp -r "$old_root/var/backups/epic" "$root/var/backups/"
    run_section "Build and install"
    run_section "On a new machine"
    expect_private /etc/epic-server
    run_section Database
    run_section "On every machine"
    expect_restored
    root=$old_root leader=$old_leader
}

# A recovered database with the session of `token`.
end_sessions() {
    login
    inside systemctl stop epic-server
    run_section "Point-in-time recovery"
    if [[ -z $(why_not_run "$(find_block "Point-in-time recovery" end-sessions)") ]]; then
        expect_active
        expect "the token of an ended session" "$(token_status "$token")" 16
    fi
    inside systemctl start epic-server
    login
}

# A failure leaves the key and the service as they are. The change ends no session.
change_key() {
    local key program
    login
    key=$(inside sha256sum "$secrets/EPIC_JWT_SECRET")
    for program in openssl cp mv; do
        fails_without "$program" "Change the key" "systemctl restart"
        expect "the key after a failed change" "$(inside sha256sum "$secrets/EPIC_JWT_SECRET")" "$key"
    done
    succeeds "$(find_block "Change the key" "openssl rand")"
    expect "the previous key" "$(inside sha256sum <"$root$secrets/EPIC_JWT_SECRET_PREVIOUS")" \
        "$(cut -d ' ' -f 1 <<<"$key")  -"
    expect "modes" "$(inside find "$secrets" -printf '%f %u %m\n' | sort | xargs)" "DATABASE_URL root 600 \
EPIC_JWT_SECRET root 600 EPIC_JWT_SECRET_PREVIOUS root 600 secrets root 700"
    expect_active
    expect "a token that the previous key signed" "$(token_status "$token")" 0
    run_section "Change the key"
    expect_active
    expect "a token without its key" "$(token_status "$token")" 16
}

# Only the refresh token of a session outlives this change.
disclosed_key() {
    login
    run_section "A disclosed key"
    expect_active
    expect "a token of the disclosed key" "$(token_status "$token")" 16
    login
}

main "$@"
