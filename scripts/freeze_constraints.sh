#!/usr/bin/env bash
# Rewrites constraints.txt from what is installed in .venv, after a deliberate upgrade. The local part of a version
# (torch's "+cpu") is dropped, so that a machine may bring its own build of exactly that release.
set -euo pipefail
cd "$(dirname "$0")/.."
{
    echo "# The exact versions that this release is tested with; made by scripts/freeze_constraints.sh."
    .venv/bin/python -m pip freeze --exclude-editable | sed -E 's/\+[A-Za-z0-9.]+$//' | grep -v '^-e' | grep -vE ' @ '
} >constraints.txt
