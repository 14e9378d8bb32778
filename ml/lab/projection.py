"""Features drawn on a plane: t-SNE by openTSNE, an optional package."""

import numpy as np
from numpy.typing import NDArray

from ml.errors import UnusableInputError
from ml.runtime import available_cores

PERPLEXITY = 30
# Beyond this many, points on a picture hide each other and the computation takes minutes.
MAX_POINTS = 10_000
FEWEST_POINTS = 5


def sampled_rows(count: int, seed: int) -> NDArray[np.int64]:
    """Return all of `count` rows, or MAX_POINTS of them drawn uniformly, ascending."""
    if count <= MAX_POINTS:
        return np.arange(count, dtype=np.int64)
    drawn = np.random.default_rng(seed).choice(count, MAX_POINTS, replace=False)
    return np.sort(drawn).astype(np.int64)


def project(features: NDArray[np.float32], seed: int) -> NDArray[np.float32]:
    """Return float32[N, 2], the t-SNE projection of `features` float32[N, D] (van der Maaten 2008, openTSNE).

    N is 5 to MAX_POINTS (see `sampled_rows`). It starts from the first two principal components, with a
    perplexity of 30 or, for fewer than 91 features, (N - 1) / 3. Raises UnusableInputError for another N and
    when openTSNE is not installed.
    """
    try:
        from openTSNE import TSNE  # noqa: PLC0415  (an optional package)
    except ImportError as error:
        raise UnusableInputError("projections need openTSNE: pip install eigenlabel[plots]") from error
    if not FEWEST_POINTS <= len(features) <= MAX_POINTS:
        raise UnusableInputError(
            f"a projection takes {FEWEST_POINTS} to {MAX_POINTS:,} images, not {len(features):,}"
        )
    method = TSNE(
        perplexity=min(PERPLEXITY, (len(features) - 1) / 3),
        initialization="pca",
        n_jobs=available_cores(),
        random_state=seed,
    )
    return np.asarray(method.fit(features), dtype=np.float32)
