"""Where images are kept, by their sha256: sorted arrays, in which a million images take 40 MB."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Digests = NDArray[np.uint8]
DIGEST_BYTES = 32


def digests_of(sha256: Iterable[str]) -> Digests:
    """Return uint8[N, 32] of N `sha256` in hexadecimal. Raises ValueError where one is no such number."""
    found = np.frombuffer(bytes.fromhex("".join(sha256)), dtype=np.uint8)
    return found.reshape(-1, DIGEST_BYTES)


def first_of_each(digests: Digests) -> NDArray[np.int64]:
    """Return the position of the first of every distinct row of `digests` uint8[N, 32], ascending."""
    return np.sort(np.unique(_keys(digests), return_index=True)[1]).astype(np.int64)


class DigestIndex:
    """Numbers digests 0, 1, ... as they are added; of one that is added again the last number counts."""

    def __init__(self) -> None:
        self._sorted = _keys(np.zeros((0, DIGEST_BYTES), dtype=np.uint8))
        self._numbers = np.zeros(0, dtype=np.int64)

    def __len__(self) -> int:
        """Return how many were added."""
        return len(self._numbers)

    def add(self, digests: Digests) -> None:
        """Number `digests` uint8[n, 32]."""
        if not len(digests):
            return
        together = np.concatenate([self._sorted, _keys(digests)])
        numbers = np.concatenate([self._numbers, np.arange(len(self), len(together))])
        order = np.argsort(together, kind="stable")
        self._sorted, self._numbers = together[order], numbers[order]

    def find(self, digests: Digests) -> NDArray[np.int64]:
        """Return int64[N], the numbers of `digests` uint8[N, 32]; -1 of those that were not added."""
        wanted = _keys(digests)
        found = np.full(len(wanted), -1, dtype=np.int64)
        order = np.argsort(wanted)  # what is looked up in order lies in the processor's caches
        ordered = wanted[order]
        places = np.searchsorted(self._sorted, ordered, side="right") - 1
        if len(self):
            same = self._sorted[places] == ordered  # -1, before all, is the last: never the same
            found[order[same]] = self._numbers[places[same]]
        return found


def _keys(digests: Digests) -> NDArray[np.bytes_]:
    """Return `digests` as 32 bytes each, which compare like numbers: zeros at the end are part of them."""
    rows = np.ascontiguousarray(digests, dtype=np.uint8)
    return rows.view(f"S{DIGEST_BYTES}").reshape(len(rows))
