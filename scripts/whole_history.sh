#!/usr/bin/env bash
# Fetch the history that a shallow clone lacks, from where it was cloned. Where that cannot be reached the clone stays as it
# is: the tests that need the history say so.
set -euo pipefail
if [ "$(git rev-parse --is-shallow-repository 2>/dev/null)" = true ]; then
    git fetch --quiet --unshallow || echo "The history is not whole: it could not be fetched." >&2
fi
