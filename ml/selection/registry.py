"""From the strategy in a round's configuration to the selector that carries it out."""

from collections.abc import Callable
from typing import Any

from ml.config import RoundConfig
from ml.selection.ackmeans import AckmeansSelector
from ml.selection.protocol import Selector
from ml.selection.random import select_randomly

Make = Callable[[Any, RoundConfig], Selector]

MAKERS: dict[str, Make] = {
    "ackmeans": lambda strategy, config: AckmeansSelector(strategy, config.eigen_rule),
    "random": lambda strategy, config: select_randomly,
}


def selector_of(config: RoundConfig) -> Selector:
    """Return the selector that `config.strategy` describes."""
    return MAKERS[config.strategy.kind](config.strategy, config)
