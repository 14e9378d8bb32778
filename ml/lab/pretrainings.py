"""The pretrainings of an experiment file: what is trained before rounds run on it."""

from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from ml.config import AnyPretrainConfig, FrozenModel

AxisName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.,%+ -]+$")]
OWN = ("name", "source", "source_part", "source_classes", "steps", "target_part", "rebalanced", "initial")


class Pretraining(FrozenModel):
    """An encoder that is trained without a server; its target is the pool of a collection as a seed draws it.

    `source` is a location, as a collection's `pool`; `source_part` of its images and `source_classes` of its
    classes take part (both shares, of the classes at least two), the same ones for every seed. With `steps`
    the epochs of `config` follow from the number of images. `target_part` of the pool takes part, drawn by
    the seed; not `rebalanced`, each of its images is drawn once an epoch. `initial` is the pretraining that
    `uf` goes on from. In a file all settings of the method stand in the same table.
    """

    name: AxisName
    source: str | None = None
    source_part: float = Field(1.0, gt=0, le=1)
    source_classes: float = Field(1.0, gt=0, le=1)
    steps: int | None = Field(None, ge=1)
    target_part: float = Field(1.0, gt=0, le=1)
    rebalanced: bool = True
    initial: Self | None = None
    config: AnyPretrainConfig

    @model_validator(mode="before")
    @classmethod
    def _from_one_table(cls, table: Any) -> Any:
        if not isinstance(table, dict) or "config" in table:
            return table
        own = {name: value for name, value in table.items() if name in OWN}
        return own | {"config": {name: value for name, value in table.items() if name not in OWN}}

    @model_validator(mode="after")
    def _has_what_its_mode_needs(self) -> Self:
        if self.config.mode == "uf" and self.initial is None:
            raise ValueError("uf needs `uf`, the name of the pretraining that it goes on from")
        if self.config.mode != "uf" and self.source is None:
            raise ValueError(f"{self.config.mode} needs `source`")
        return self


def resolved(tables: list[Any], shared: dict[str, Any], methods: dict[str, Any]) -> list[Any]:
    """Return `tables` on top of the settings that all share and those of their method.

    `uf = NAME` becomes the earlier table of that name. Raises ValueError where there is none of that name.
    """
    found: dict[str, dict[str, Any]] = {}
    all_of_them: list[dict[str, Any]] = []
    for table in tables:
        if not isinstance(table, dict):
            return tables
        method = {"method": "moco_v2"} | shared | table
        values = shared | methods.get(method["method"], {}) | table
        if "uf" in table:
            name = values.pop("uf")
            if name not in found:
                raise ValueError(f"no pretraining above {table.get('name')} is called {name}")
            values = values | {"mode": "uf", "initial": found[name]}
            values.pop("source", None)
        found[str(table.get("name"))] = values
        all_of_them.append(values)
    return all_of_them
