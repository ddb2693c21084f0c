#!/usr/bin/env bash
# Builds the root folder of a Debian 12 with systemd, PostgreSQL 15 and an ordinary user who may use
# sudo, for the tests of this folder: build.sh ROOT
#
# Requires root, debootstrap and a Debian mirror. With EPIC_CONTAINER_CACHE, a folder, the packages are
# downloaded once, and later builds take them from there.
set -euo pipefail

# What README.md requires, what an installation of Debian has anyway, and the proxies of the handbook.
PACKAGES=systemd,systemd-sysv,dbus,sudo,openssl,ca-certificates,postgresql-15,openssh-client,haproxy,nginx-light
HOST=epic-test

main() {
    local options=(--variant=minbase --include="$PACKAGES")
    (($# == 1)) || fail "usage: build.sh ROOT"
    ((EUID == 0)) || fail "build.sh requires root"
    command -v debootstrap >/dev/null || fail "debootstrap is required: apt-get install debootstrap"
    root=$(realpath -m "$1")
    [[ ! -e $root ]] || fail "$root exists: remove it, or choose another folder"
    if [[ -n ${EPIC_CONTAINER_CACHE:-} ]]; then
        mkdir -p "$EPIC_CONTAINER_CACHE"
        options+=(--cache-dir="$(realpath "$EPIC_CONTAINER_CACHE")")
    fi
    # Under another name until it is complete, so that an aborted build is never used.
    partial=$root.partial
    trap 'rm -rf --one-file-system "$partial"' EXIT
    rm -rf --one-file-system "$partial"
    timeout 900 debootstrap "${options[@]}" bookworm "$partial" \
        "${EPIC_CONTAINER_MIRROR:-http://deb.debian.org/debian}" >"$root.log" 2>&1 ||
        fail "debootstrap: $(tail -n 5 "$root.log")"
    configure "$partial"
    mv "$partial" "$root"
    rm "$root.log"
}

# Names the machine, because sudo looks the name up, and creates the operator: a user with sudo and a
# home folder that other users cannot read.
configure() {
    local root=$1
    echo "$HOST" >"$root/etc/hostname"
    printf '127.0.1.1\t%s\n' "$HOST" >>"$root/etc/hosts"
    chroot "$root" useradd --create-home --shell /bin/bash operator --gid users --groups sudo
    chmod 700 "$root/home/operator"
    echo 'operator ALL=(ALL) NOPASSWD: ALL' >"$root/etc/sudoers.d/operator"
    chmod 440 "$root/etc/sudoers.d/operator"
    # The installation chooses another port when a server of this machine uses the usual one.
    sed -i 's/^port = .*/port = 5432/' "$root/etc/postgresql/15/main/postgresql.conf"
    rm -f "$root"/var/cache/apt/archives/*.deb
}

fail() {
    printf '%s\n' "$*" >&2
    exit 1
}

main "$@"
