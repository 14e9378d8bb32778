#!/usr/bin/env bash
# Makes sure that nginx and Caddy can be run by tests/proxies: the machine's, or else Debian's packages,
# unpacked below .tools/proxies (git-ignored). Nothing is installed, and no server is started.
set -uo pipefail
cd "$(dirname "$0")/.."

runs() { PATH="$PWD/.tools/proxies/usr/sbin:$PWD/.tools/proxies/usr/bin:$PATH" command -v "$1" >/dev/null; }
if runs nginx && runs caddy; then exit 0; fi
if command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null; then
    echo "Fetching nginx and Caddy"
    scratch=$(mktemp -d)
    trap 'rm -rf "$scratch"' EXIT
    fetch() { (cd "$scratch" && apt-get download -qq nginx caddy >/dev/null 2>&1); }
    run=()
    if [ "$(id -u)" != 0 ]; then run=(sudo --non-interactive); fi
    fetch || { "${run[@]}" apt-get update -qq && fetch; }
    mkdir -p .tools/proxies
    for package in "$scratch"/*.deb; do dpkg-deb -x "$package" .tools/proxies; done
fi
if runs nginx && runs caddy; then exit 0; fi
echo "The tests of proxies need nginx and Caddy on PATH: they will be skipped, or fail where CI is set." >&2
