"""A name for features, under which what follows from them is kept."""

from hashlib import sha256

from ml.encoders.embed import Embedded
from ml.messages import StepRequest

# Rows of features that are part of their name.
KEY_ROWS = 512


def features_key(request: StepRequest, embedded: Embedded) -> str:
    """Return a name for the features that the encoder as it is gives the pool.

    It holds some of the features too, in case the same images were embedded again and rounded otherwise.
    """
    count, embedding = len(request.pool), embedded.embedding
    digest = sha256(f"{embedded.encoder.sha256} {embedding.image_size}".encode())
    for image in request.pool:
        digest.update(image.sha256.encode())
    digest.update(embedding.unreadable[:count].tobytes())
    digest.update(embedding.features[: count : max(1, count // KEY_ROWS)].tobytes())
    return digest.hexdigest()
