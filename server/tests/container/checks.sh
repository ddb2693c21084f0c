# Functions that check the service in a container: calls over gRPC, rows, modes of files. Sourced, not run,
# after common.sh.
# shellcheck shell=bash disable=SC2034,SC2154

EMAIL=alice@example.org
CERTIFIED=crm.example.org
# The tables of which a backup has no rows.
NOT_IN_BACKUP='changes|login_attempts|sessions|spent_refresh_tokens|suspensions'

without_tls=(--http2-prior-knowledge http://127.0.0.1:50051)
with_tls=(--cacert "$scratch/new.crt" --resolve "$CERTIFIED:50051:127.0.0.1" "https://$CERTIFIED:50051")
endpoint=("${without_tls[@]}")

# A text field of a Protocol Buffers message, of less than 128 bytes.
field() {
    printf '%b%s' "$(printf '\\x%02x\\x%02x' $(($1 * 8 + 2)) ${#2})" "$2"
}

# Calls an RPC of AuthService with the message of the standard input and further options of curl, writes the
# reply to $scratch/reply, and prints the gRPC status.
call() {
    local rpc=$1
    shift
    call_service AuthService "$rpc" --max-time 20 "$@" || true
    tr -d '\r' <"$scratch/headers" | sed -n 's/^grpc-status: //p' | tail -n 1
}

# The same of any service; the status is that of curl.
call_service() {
    local service=$1 rpc=$2 url=${endpoint[-1]} size
    shift 2
    : >"$scratch/headers"
    cat >"$scratch/message"
    size=$(stat -c %s "$scratch/message")
    {
        printf '%b' "$(printf '\\x00\\x00\\x00\\x%02x\\x%02x' $((size / 256)) $((size % 256)))"
        cat "$scratch/message"
    } >"$scratch/request"
    in_network curl --silent --show-error --header 'content-type: application/grpc' \
        --header 'te: trailers' --data-binary "@$scratch/request" --output "$scratch/reply" \
        --dump-header "$scratch/headers" "$@" "${endpoint[@]:0:${#endpoint[@]}-1}" \
        "$url/epic.v1.$service/$rpc"
}

# The gRPC status of a login as the administrator.
try_login() {
    { field 1 "$EMAIL" && field 2 "$password"; } | call Login
}

# Signs in as the administrator and sets `token`.
login() {
    local status
    status=$(try_login)
    [[ $status == 0 ]] || fail "the login failed: $(cat "$scratch/headers")
$(inside journalctl --no-pager --lines 20 --unit epic-server)"
    token=$(LC_ALL=C grep -aoE 'ey[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+' "$scratch/reply")
}

change_password() {
    local to=$1 status
    status=$({ field 1 "$password" && field 2 "$to"; } |
        call ChangePassword --header "authorization: Bearer $token")
    [[ $status == 0 ]] || fail "the password was not changed: $(cat "$scratch/headers")"
    password=$to
}

# The gRPC status of a call with a token: 0, or 16 for one that is not valid.
token_status() {
    call GetMe --header "authorization: Bearer $1" </dev/null
}

# Opens a stream of changes, and fails when it ends within this number of seconds.
expect_lasting_stream() {
    local ended=0
    call_service ChangeService WatchChanges --max-time "$1" --header "authorization: Bearer $token" \
        </dev/null 2>"$output" || ended=$?
    # 28 is the time limit of curl.
    [[ $ended == 28 ]] || fail "a stream has ended: $(cat "$output" "$scratch/headers")"
    # Kind 4 of a change: reload.
    expect "the first message of a stream" "$(head -c 7 "$scratch/reply" | tail -c 2 | od -An -tx1)" " 08 04"
}

expect() {
    [[ $2 == "$3" ]] || fail "$1: $2 instead of $3"
}

expect_active() {
    expect "the service" "$(inside systemctl is-active epic-server)" active
    # Type=notify: the unit is active only after READY.
    expect "restarts" "$(inside systemctl show --property NRestarts --value epic-server)" 0
}

# The number of rows of each table.
row_counts() {
    sql -d epic -c "select relname || ' ' || (xpath('/row/n/text()',
        query_to_xml(format('select count(*) as n from %I', relname), false, true, '')))[1]
        from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by relname"
}

# Tables, functions and rights, those of the database itself included. Without what differs after a restore:
# the order, the parentheses of conditions, and the random names of pg_dump.
schema() {
    inside runuser -u postgres -- env -C / pg_dump --schema-only epic | grep -vE '^.(un)?restrict ' | tr -d '()' | sort
    sql -c "select datacl from pg_database where datname = 'epic'"
}

# The row counts on the standard input, as a restore gives them.
as_restored() {
    sed -E "s/^($NOT_IN_BACKUP) .*/\\1 0/"
}

# Fails when others than the owner can read, write or enter a file or folder in the given folders.
expect_private() {
    expect "files for others" "$(inside find "$@" -perm /077)" ""
}

# A certificate and its key in the operator's home folder, and a copy of the certificate for clients.
create_certificate() {
    inside runuser -u operator -- env -C /home/operator openssl req -x509 -days 2 -nodes -newkey ec \
        -pkeyopt ec_paramgen_curve:P-256 -subj "/CN=$CERTIFIED" -addext "subjectAltName=DNS:$CERTIFIED" \
        -keyout new.key -out new.crt 2>/dev/null
    cp "$root/home/operator/new.crt" "$scratch/new.crt"
}
