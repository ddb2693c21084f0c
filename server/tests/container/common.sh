# Functions of the tests in containers: start a copy of a root folder that build.sh has built, run
# commands inside it, and stop and remove it at the end. Sourced, not run.
# shellcheck shell=bash
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."

scratch=$(mktemp -d /tmp/epic-container.XXXXXX)
# The process ids of all containers' systemd-nspawn.
nspawns=()
overlays=()

# Starts a copy of the root folder $1 with the further options of systemd-nspawn. Sets `root` to the copy
# and `leader` to the process id of its init.
start_container() {
    local base=$1 name=container-${#nspawns[@]} nspawn
    shift
    root=$scratch/$name
    copy_root "$base"
    (
        join_cgroup "$name"
        exec systemd-nspawn --quiet --directory="$root" --boot --register=no --keep-unit \
            --private-network --console=pipe "$@"
    ) </dev/null >"$root.log" 2>&1 &
    nspawn=$!
    nspawns+=("$nspawn")
    for _ in $(seq 300); do
        kill -0 "$nspawn" 2>/dev/null || fail "systemd-nspawn: $(cat "$root.log")"
        leader=$(pgrep -P "$nspawn" || true)
        if [[ -n $leader && $(inside systemctl is-system-running 2>/dev/null) =~ ^(running|degraded)$ ]]; then
            return
        fi
        sleep 0.1
    done
    fail "the container did not start within 30 s: $(tail -n 20 "$root.log")"
}

# An overlay takes no time; where the kernel or the file system does not support it, a copy does.
copy_root() {
    mkdir "$root" "$root.changes" "$root.work"
    if mount -t overlay -o "lowerdir=$1,upperdir=$root.changes,workdir=$root.work" overlay "$root" 2>/dev/null; then
        overlays+=("$root")
    else
        cp -a --reflink=auto "$1/." "$root"
    fi
}

# Moves this process into a control group of its own, in the hierarchies that systemd uses. Two containers
# in the same group would share the groups of their services.
join_cgroup() {
    local hierarchy group
    for hierarchy in "${HIERARCHIES[@]}"; do
        group=$hierarchy/epic-container-$$-$1
        if mkdir "$group" 2>/dev/null; then
            echo "$BASHPID" >"$group/cgroup.procs"
        fi
    done
}

if [[ -e /sys/fs/cgroup/cgroup.controllers ]]; then
    HIERARCHIES=(/sys/fs/cgroup)
else
    HIERARCHIES=(/sys/fs/cgroup/systemd /sys/fs/cgroup/unified)
fi

# Runs a command in the container as root.
inside() {
    timeout 60 nsenter --target "$leader" --all env -i "${INSIDE[@]}" "$@"
}
INSIDE=(PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8)

# Runs the commands in the file $1, a path on this machine, as they run when an operator pastes them: by
# bash, which goes on after a failure, in the operator's home folder and on a terminal. $2 precedes PATH.
paste() {
    local path=${2:+$2:}/usr/local/bin:/usr/bin:/bin
    install -m 644 "$1" "$root/home/run-block"
    inside runuser -u operator -- env -C /home/operator HOME=/home/operator "PATH=$path" \
        script --quiet --return --flush --command 'bash </home/run-block' /dev/null </dev/null
}

# Runs a statement in the container as the database's superuser, and prints the rows.
sql() {
    inside runuser -u postgres -- env -C / psql -XqAt -v ON_ERROR_STOP=1 "$@"
}

# Runs a program of this machine in the network of the container.
in_network() {
    timeout 30 nsenter --target "$leader" --net "$@"
}

# Without a shutdown: nothing in a container is needed afterwards. The kernel ends all processes of a
# container with its init.
stop_container() {
    local nspawn=$1 init
    init=$(pgrep -P "$nspawn" || true)
    [[ -z $init ]] || kill -KILL "$init" 2>/dev/null || true
    wait "$nspawn" 2>/dev/null || true
}

remove_containers() {
    local nspawn overlay hierarchy
    for nspawn in "${nspawns[@]}"; do
        stop_container "$nspawn"
    done
    for hierarchy in "${HIERARCHIES[@]}"; do
        find "$hierarchy" -mindepth 1 -depth -type d -path "$hierarchy/epic-container-$$-*" \
            -exec rmdir {} + 2>/dev/null || true
    done
    for overlay in "${overlays[@]}"; do
        umount "$overlay"
    done
    rm -rf --one-file-system "$scratch"
}

require() {
    local program
    for program in "$@"; do
        command -v "$program" >/dev/null || fail "$program is required"
    done
}

fail() {
    printf '%s\n' "$*" >&2
    exit 1
}

finish() {
    local code=$?
    remove_containers
    exit "$code"
}

trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
