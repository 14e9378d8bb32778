#!/bin/sh
# Garage with its key and its RPC secret from files; a missing or empty one ends it with the reason.
set -eu

folder=${SECRETS_DIRECTORY:-/run/secrets}

secret() {
    if [ ! -s "$folder/$1" ]; then
        echo "The secret file $folder/$1 is missing or empty." >&2
        exit 1
    fi
    cat "$folder/$1"
}

GARAGE_RPC_SECRET=$(secret storage_rpc_secret)
GARAGE_DEFAULT_ACCESS_KEY=$(secret storage_access_key)
GARAGE_DEFAULT_SECRET_KEY=$(secret storage_secret_key)
GARAGE_DEFAULT_BUCKET=${GARAGE_DEFAULT_BUCKET:-eigenlabel}
export GARAGE_RPC_SECRET GARAGE_DEFAULT_ACCESS_KEY GARAGE_DEFAULT_SECRET_KEY GARAGE_DEFAULT_BUCKET
exec garage "$@"
