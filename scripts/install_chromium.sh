#!/usr/bin/env bash
# Makes sure that a Chromium is on PATH for the end-to-end tests; installs Debian's where this user may.
set -euo pipefail

for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null; then exit 0; fi
done
if command -v apt-get >/dev/null; then
    run=()
    if [ "$(id -u)" != 0 ]; then run=(sudo --non-interactive); fi
    echo "Installing Chromium"
    "${run[@]}" apt-get update -qq
    if DEBIAN_FRONTEND=noninteractive "${run[@]}" apt-get install -y -qq chromium >/dev/null; then exit 0; fi
fi
echo "The end-to-end tests need Chromium: install it so that 'chromium' is on PATH." >&2
exit 2
