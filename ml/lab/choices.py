"""Every strategy and head that an experiment can name, read off the configuration."""

from typing import Annotated, Any, Literal, get_args

from pydantic import Field, model_validator

from ml.config import FrozenFinetune, FrozenModel, RandomStrategy, RoundConfig, Strategy
from ml.lab.experiment import ORACLE


class OracleChoice(FrozenModel):
    """The truth chooses, class by class."""

    kind: Literal["oracle"] = ORACLE


STRATEGIES: list[str] = [
    *(model.model_fields["kind"].default for model in get_args(get_args(Strategy)[0])),
    ORACLE,
]
HEADS: list[str] = list(get_args(FrozenFinetune.model_fields["head"].annotation))
DEFAULT_STRATEGY = RoundConfig().strategy.kind
DEFAULT_RULE = RoundConfig().eigen_rule
DEFAULT_HEAD = FrozenFinetune().head


class StrategyChoice(FrozenModel):
    """A strategy with its settings, or the oracle, and the eigen rule: in a file all in one table."""

    strategy: Annotated[Strategy | OracleChoice, Field(discriminator="kind")]
    eigen_rule: Literal["nearest", "densest"] = DEFAULT_RULE

    @model_validator(mode="before")
    @classmethod
    def _from_one_table(cls, table: Any) -> Any:
        if not isinstance(table, dict) or "strategy" in table:
            return table
        rule = {name: value for name, value in table.items() if name == "eigen_rule"}
        return {"strategy": {name: value for name, value in table.items() if name != "eigen_rule"}, **rule}

    @property
    def oracle(self) -> bool:
        """Return whether the truth chooses."""
        return isinstance(self.strategy, OracleChoice)

    @property
    def of_config(self) -> Strategy:
        """Return the strategy to put into a RoundConfig; that of the oracle is never asked."""
        return RandomStrategy() if isinstance(self.strategy, OracleChoice) else self.strategy
