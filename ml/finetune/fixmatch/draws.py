"""Rows in random order, without end."""

import numpy as np
from numpy.typing import NDArray


class Draws:
    """Draws from `rows`, each as often as any other, and again in another order when all were drawn."""

    def __init__(self, rows: NDArray[np.int64], generator: np.random.Generator) -> None:
        self.rows = rows
        self.generator = generator
        self.ahead = np.zeros(0, dtype=np.int64)

    def take(self, count: int) -> NDArray[np.int64]:
        """Return the next `count`."""
        while len(self.ahead) < count:
            self.ahead = np.concatenate([self.ahead, self.generator.permutation(self.rows)])
        taken, self.ahead = self.ahead[:count], self.ahead[count:]
        return taken
