"""What is inside the download of an encoder."""

import json

from zipstream import ZipStream

from app.core.models import Encoder
from app.core.problems import Problem
from app.exports.archives import add_blobs, new_archive

DESCRIPTION = "encoder.json"
WEIGHTS = "encoder.safetensors"


def encoder_archive(encoder: Encoder) -> ZipStream:
    """Return `encoder.safetensors` and `encoder.json`; 404 where the weights are not in storage."""
    archive = new_archive()
    if not encoder.weights_key or not add_blobs(archive, {encoder.weights_key: WEIGHTS}):
        raise Problem(404, "This encoder has no stored weights.")
    description = {
        "id": encoder.id,
        "name": encoder.name,
        "kind": encoder.kind,
        "config": encoder.config,
        "sha256": encoder.weights_sha256,
        "details": encoder.details,
    }
    archive.add(json.dumps(description, indent=2), DESCRIPTION)
    return archive
