# Functions that run the blocks of commands in README.md and docs/handbook.md. Sourced, not run,
# after common.sh.
# shellcheck shell=bash disable=SC2034,SC2154

blocks=$scratch/blocks
output=$scratch/output

# Reads the blocks of the documents, in their order.
read_blocks() {
    local document count=0
    mkdir "$blocks"
    for document in README.md docs/handbook.md; do
        awk -v folder="$blocks" -v first="$count" -f server/tests/container/blocks.awk "$document"
        count=$(find "$blocks" -name '*.heading' | wc -l)
    done
    echo "$count blocks"
}

# Prints why a block is not run, for the blocks that cannot be run here.
why_not_run() {
    case $(cat "$1") in
    "cargo run --bin epic -- demo"*) echo "needs Rust; the tests of the client run the demo" ;;
    "epic login"*) echo "needs records; a test of the client runs its lines" ;;
    "cargo build --release"*) echo "needs Rust; its programs are given" ;;
    *"epic-server end-sessions"*)
        inside /usr/local/bin/epic-server --help | grep -q "^  end-sessions" ||
            echo "this epic-server has no such command"
        ;;
    esac
}

# Runs all blocks under a heading, as an operator pastes them, and fails when a block fails.
run_section() {
    local heading=$1 file block found=
    for file in "$blocks"/*.heading; do
        if [[ $(cat "$file") == "$heading" ]]; then
            found=yes
            for block in "${file%.heading}".{sh,ini,sql}; do
                [[ ! -e $block ]] || run_block "$block" "$heading"
            done
        fi
    done
    [[ -n $found ]] || fail "no block under the heading $heading"
}

run_block() {
    local block=$1 heading=$2 reason since=$SECONDS
    reason=$(why_not_run "$block")
    if [[ -n $reason ]]; then
        printf '    not run: %s: %s\n' "$heading" "$reason"
        return
    fi
    case $block in
    *.sh)
        check_first_failure "$block"
        succeeds "$block"
        ;;
    *.ini) edit_unit "$block" ;;
    *.sql) sql <"$block" ;;
    esac
    printf '    %s: %s (%s s)\n' "$heading" "$(head -n 1 "$block")" "$((SECONDS - since))"
}

# Without systemd's limit of five starts in ten seconds, which no operator reaches.
succeeds() {
    inside systemctl reset-failed epic-server 2>/dev/null || true
    paste "$1" >"$output" 2>&1 || fail "this block failed:
$(cat "$1")
--- with the output:
$(cat "$output")"
}

# Every block is a single command for an interactive shell: when its first use of sudo fails, nothing else
# runs. The rest of the block is then either in that command, which has to end at a failure, or after `&&`.
check_first_failure() {
    local first
    first=$(head -n 1 "$1")
    ! grep -qF '!' "$1" || fail "an interactive bash replaces the character !: $(cat "$1")"
    [[ $first != "sudo bash"* || $first == "sudo bash -eu"* ]] || fail "not bash -eu: $(cat "$1")"
    inside rm -f /tmp/calls
    paste "$1" /opt/refuse >"$output" 2>&1 && fail "this block succeeds without sudo: $(cat "$1")"
    [[ $(inside cat /tmp/calls) == call ]] || fail "this block goes on after a failure: $(cat "$1")"
}

# Installs a `sudo` in /opt/refuse that fails.
refuse_sudo() {
    mkdir "$root/opt/refuse"
    printf '#!/bin/sh\necho call >>/tmp/calls\nexit 1\n' >"$root/opt/refuse/sudo"
    chmod 755 "$root/opt/refuse/sudo"
}

# What `systemctl edit epic-server` does with the block.
edit_unit() {
    inside mkdir -p /etc/systemd/system/epic-server.service.d
    install -m 644 "$1" "$root/etc/systemd/system/epic-server.service.d/override.conf"
    inside systemctl daemon-reload
}

# Runs the block with this text under the heading while a program that it uses fails, and fails unless the
# block ends with an error.
fails_without() {
    local program=$1 heading=$2 text=$3 block
    block=$(find_block "$heading" "$text")
    printf '#!/bin/sh\nexit 1\n' >"$root/usr/local/sbin/$program"
    chmod 755 "$root/usr/local/sbin/$program"
    paste "$block" >"$output" 2>&1 && fail "$heading: the block succeeds although $program fails"
    rm "$root/usr/local/sbin/$program"
    printf '    %s: stops when %s fails\n' "$heading" "$program"
}

find_block() {
    local file
    for file in "$blocks"/*.heading; do
        if [[ $(cat "$file") == "$1" ]] && grep -qF -- "$2" "${file%.heading}.sh" 2>/dev/null; then
            echo "${file%.heading}.sh"
            return
        fi
    done
    fail "no block with $2 under the heading $1"
}
