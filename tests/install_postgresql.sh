#!/bin/sh
# Installs the PostgreSQL server that the store's tests run against, where that takes no password.
# Without a server those tests are skipped with the reason.
set -eu

if command -v initdb >/dev/null 2>&1 || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
    exit 0
fi
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "no PostgreSQL server: its tests are skipped; install one (Debian, Ubuntu: apt-get install postgresql)" >&2
    exit 0
fi
export DEBIAN_FRONTEND=noninteractive
if ! { apt-get install -y --no-install-recommends postgresql ||
    { apt-get update && apt-get install -y --no-install-recommends postgresql; }; } >/dev/null 2>&1 </dev/null; then
    echo "PostgreSQL could not be installed: its tests are skipped" >&2
fi
