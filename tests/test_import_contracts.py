"""The import rules in pyproject.toml name every module of `ml`, also one that is added later."""

import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]


def modules_of_ml() -> set[str]:
    """Return the modules and packages right below `ml`, by their full names."""
    below = (ROOT / "ml").iterdir()
    found = {path.stem for path in below if path.suffix == ".py" or (path / "__init__.py").exists()}
    return {f"ml.{name}" for name in found if not name.startswith("__")}


@pytest.mark.parametrize(
    ("source", "free"), [("ml.imaging", {"ml.imaging"}), ("app", {"ml.config", "ml.imaging", "ml.version"})]
)
def test_a_contract_names_every_module_but_those_that_are_free(source: str, free: set[str]) -> None:
    listed = [
        [name for name in contract["forbidden_modules"] if name.startswith("ml.")]
        for contract in CONTRACTS
        if contract["type"] == "forbidden" and contract["source_modules"] == [source]
    ]
    (names,) = filter(None, listed)
    assert sorted(names) == sorted(modules_of_ml() - free)
