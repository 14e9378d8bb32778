#!/usr/bin/env bash
# Make the secrets that docker-compose.yml reads, each once: what is there stays as it is.
#
# Compose mounts the files with the owner and mode that they have here, and the containers run as other users:
# so the files are readable, and the folder keeps everybody else on this machine out.
set -euo pipefail
folder=${1:-"$(dirname "$0")/secrets"}
umask 077
mkdir -p "$folder"
chmod 700 "$folder"

random() { od -An -N"$1" -tx1 /dev/urandom | tr -d ' \n'; }

# keep NAME VALUE: write the secret where there is none; a killed run leaves no half of one
keep() {
    if [ -s "$folder/$1" ]; then
        echo "kept $1"
        return
    fi
    printf '%s\n' "$2" >"$folder/.$1.new"
    chmod 644 "$folder/.$1.new"
    mv "$folder/.$1.new" "$folder/$1"
    echo "made $1"
}

keep database_password "$(random 24)"
keep queue_password "$(random 24)"
keep database_url "postgresql+psycopg://eigenlabel:$(cat "$folder/database_password")@database:5432/eigenlabel"
keep broker_url "redis://:$(cat "$folder/queue_password")@queue:6379/0"
keep storage_access_key "GK$(random 12)"
keep storage_secret_key "$(random 32)"
keep storage_rpc_secret "$(random 32)"
keep metrics_token "$(random 24)"
