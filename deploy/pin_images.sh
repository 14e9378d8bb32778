#!/usr/bin/env bash
# Pin the base images to the digests that their tags have today, in the Dockerfiles and the compose file. Needs Docker with
# buildx and an image registry. Run again, it brings the digests up to date.
set -euo pipefail
cd "$(dirname "$0")/.."
files=(Dockerfile deploy/store/Dockerfile docker-compose.yml)
mapfile -t images < <(sed -nE \
    -e 's/^ARG [A-Z]+_IMAGE=([^@ ]+).*/\1/p' -e 's/^FROM ([a-z][^@ ]*:[^@ ]+).*/\1/p' \
    -e 's/^ +image: ([a-z][^@ ]*:[0-9][^@ ]*)(@.*)?$/\1/p' "${files[@]}" | grep -v '^eigenlabel' | sort -u)
if [ "${1:-}" = --list ]; then printf '%s\n' "${images[@]}"; exit; fi
for image in "${images[@]}"; do
    digest=$(docker buildx imagetools inspect --format '{{.Manifest.Digest}}' "$image")
    [[ $digest =~ ^sha256:[0-9a-f]{64}$ ]] || { echo "no digest for $image" >&2; exit 1; }
    sed -i -E "s|(=\|FROM \|image: )$image(@sha256:[0-9a-f]{64})?( \|$)|\1$image@$digest\3|" "${files[@]}"
    echo "$image@$digest"
done
