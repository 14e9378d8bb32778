"""From the strategy in a round's configuration to the selector that carries it out."""

from collections.abc import Callable

from ml.config import AckmeansStrategy, RoundConfig
from ml.selection.ackmeans import AckmeansSelector
from ml.selection.protocol import Selector
from ml.selection.random import select_randomly

Make = Callable[[RoundConfig], Selector]


def ackmeans_selector(config: RoundConfig) -> Selector:
    """Return ACKMeans with the settings and the eigen rule of `config`."""
    assert isinstance(config.strategy, AckmeansStrategy)
    return AckmeansSelector(config.strategy, config.eigen_rule)


MAKERS: dict[str, Make] = {
    "ackmeans": ackmeans_selector,
    "random": lambda _: select_randomly,
}


# Strategies that look at the neighbour graph.
WITH_GRAPH: tuple[str, ...] = ()


def selector_of(config: RoundConfig) -> Selector:
    """Return the selector that `config.strategy` describes."""
    return MAKERS[config.strategy.kind](config)
