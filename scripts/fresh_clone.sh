#!/usr/bin/env bash
# The newcomer's check: clones what is committed into an empty home, runs the README's two commands there, and
# uses what comes up. Usage: scripts/fresh_clone.sh [--run-only]
set -euo pipefail

source_directory=$(cd "$(dirname "$0")/.." && pwd)
scratch=$(mktemp -d -p /var/tmp) # a test of the confined service has /tmp for itself, and would not find the clone
port=${PORT:-8499}
service=""

cleanup() {
    if [ -n "$service" ]; then kill -TERM -- "-$service" 2>/dev/null || true; fi
    sleep 1
    rm -rf "$scratch"
}
trap cleanup EXIT

# Only PATH, pip's settings and certificate settings reach the fresh environment.
kept=()
while IFS='=' read -r name value; do
    case "$name" in PIP_* | *CERT* | *CA_BUNDLE | NODE_EXTRA_CA_CERTS | SSL_*) kept+=("$name=$value") ;; esac
done < <(env)
fresh() { env -i HOME="$scratch/home" PATH="$PATH" LANG=C.UTF-8 TERM=dumb "${kept[@]}" "$@"; }

start() {
    local began=$SECONDS
    setsid env -i HOME="$scratch/home" PATH="$PATH" LANG=C.UTF-8 TERM=dumb "${kept[@]}" PORT="$port" \
        make -C "$scratch/eigenlabel" run >"$scratch/run.log" 2>&1 &
    service=$!
    until curl --silent --fail "http://127.0.0.1:$port/ready" >/dev/null; do
        if ! kill -0 "$service" 2>/dev/null; then cat "$scratch/run.log"; exit 1; fi
        sleep 0.2
    done
    echo "/ready answered after $((SECONDS - began)) s"
}

stop() {
    kill -TERM -- "-$service"
    wait "$service" 2>/dev/null || true
    for _ in $(seq 100); do
        if ! pgrep --full "$scratch" >/dev/null; then break; fi
        sleep 0.2
    done
    if pgrep --full --list-full "$scratch"; then echo "these were still running 20 s after the end"; exit 1; fi
    service=""
}

mkdir "$scratch/home"
ln -s "$(dirname "$source_directory")/shared" "$scratch/shared" 2>/dev/null || true
git clone --quiet "$source_directory" "$scratch/eigenlabel"

start
token=""
for _ in $(seq 300); do
    token=$(grep -aoE 'http://[^ ]+/sign-in/[A-Za-z0-9_-]+' "$scratch/run.log" | head -1 | cut -d/ -f5) || true
    if [ -n "$token" ]; then break; fi
    sleep 0.2
done
if [ -z "$token" ]; then echo "no sign-in link was printed:"; cat "$scratch/run.log"; exit 1; fi
status=$(curl --silent --output "$scratch/session.json" --write-out '%{http_code}' --header 'Content-Type: application/json' \
    --data '{"password": "a long enough password"}' "http://127.0.0.1:$port/api/v1/sign-in-links/$token")
echo "the sign-in link answered $status"
test "$status" -lt 300
curl --silent --fail "http://127.0.0.1:$port/" | grep -q '<!doctype html>'
stop
start
stop

if [ "${1:-}" = --run-only ]; then exit 0; fi
fresh make -C "$scratch/eigenlabel" test
