"""From the strategy in a round's configuration to the selector that carries it out."""

from collections.abc import Callable
from typing import Any

from ml.config import RoundConfig
from ml.selection.ackmeans import AckmeansSelector
from ml.selection.badge import select_by_gradients
from ml.selection.balanced_herding import BalancedHerdingSelector
from ml.selection.drop_query import DropQuerySelector
from ml.selection.k_centre import select_centres
from ml.selection.max_herding import MaxHerdingSelector
from ml.selection.probcover import ProbcoverSelector
from ml.selection.propagated_herding import PropagatedHerdingSelector
from ml.selection.protocol import Selector
from ml.selection.random import select_randomly
from ml.selection.rdss import RdssSelector
from ml.selection.typiclust import TypiclustSelector
from ml.selection.uherding import UHerdingSelector
from ml.selection.uncertainty import select_by_entropy, select_by_margin
from ml.selection.usl import UslSelector

# The pydantic classes behind `kind` differ: each maker takes its own.
Make = Callable[[Any, RoundConfig], Selector]

MAKERS: dict[str, Make] = {
    "ackmeans": lambda strategy, config: AckmeansSelector(strategy, config.eigen_rule),
    "random": lambda _, __: select_randomly,
    "max_herding": lambda strategy, _: MaxHerdingSelector(strategy),
    "uherding": lambda strategy, _: UHerdingSelector(strategy),
    "propagated_herding": lambda strategy, _: PropagatedHerdingSelector(strategy),
    "balanced_herding": lambda strategy, _: BalancedHerdingSelector(strategy),
    "typiclust": lambda strategy, _: TypiclustSelector(strategy),
    "probcover": lambda strategy, _: ProbcoverSelector(strategy),
    "usl": lambda strategy, _: UslSelector(strategy),
    "rdss": lambda strategy, _: RdssSelector(strategy),
    "k_centre": lambda _, __: select_centres,
    "margin": lambda _, __: select_by_margin,
    "entropy": lambda _, __: select_by_entropy,
    "badge": lambda _, __: select_by_gradients,
    "drop_query": lambda strategy, _: DropQuerySelector(strategy),
}
# Strategies that look at the neighbour graph.
WITH_GRAPH = ("propagated_herding", "balanced_herding")


def selector_of(config: RoundConfig) -> Selector:
    """Return the selector that `config.strategy` describes."""
    return MAKERS[config.strategy.kind](config.strategy, config)
