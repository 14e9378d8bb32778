"""The recipes of CONTRIBUTING, followed on a copy of the code with toys: the named files are enough."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
RECIPES = (ROOT / "CONTRIBUTING.md").read_text().partition("## Recipes")[2].partition("\n## ")[0]

LINES = {
    "ml/config/strategies.py": [
        (
            "Strategy = Annotated[\n",
            'class FirstStrategy(FrozenModel):\n    kind: Literal["first"] = "first"\n\n\n'
            "Strategy = Annotated[\n    FirstStrategy |\n",
        ),
    ],
    "ml/selection/registry.py": [
        ("MAKERS: dict[str, Make] = {\n", '\\g<0>    "first": lambda _, __: select_first,\n'),
        ("from ml.config import RoundConfig\n", "\\g<0>from ml.selection.first import select_first\n"),
    ],
    "app/exports/formats.py": [
        (
            "FORMATS: dict[str, ExportFormat] = {\n",
            '\\g<0>    "tsv": ExportFormat("TSV", "A toy", ".tsv", "text/plain", "tsv.write_tsv"),\n',
        ),
    ],
    "app/jobs/kinds.py": [
        (
            "KINDS: dict[str, JobKind] = {\n",
            '\\g<0>    "sleep": JobKind("cpu", "Sleeping", "sleeping.sleep"),\n',
        ),
    ],
    "ml/config/pretraining/__init__.py": [
        ("Annotated\\[\\s*MocoV2Config", "Annotated[StillConfig | MocoV2Config"),
        ("from ml.config.pretraining.moco_v2", "from ml.config.pretraining.still import StillConfig\n\\g<0>"),
    ],
}
FILES = {
    "ml/selection/first.py": """
from ml.selection.clusters import around


def select_first(given):
    return around(given, given.eligible[: given.ask])
""",
    "app/exports/tsv.py": """
from app.exports.content import Content


def write_tsv(export):
    return Content(iter([export.name + "\\t"]))
""",
    "worker/jobs/sleeping.py": """
def sleep(claim, watchdog):
    watchdog.progress(1.0, "slept", "")
""",
    "ml/config/pretraining/still.py": """
from typing import Literal

from ml.config.pretraining.common import PretrainConfig


class StillConfig(PretrainConfig):
    method: Literal["still"] = "still"
""",
    "ml/pretraining/methods/still.py": """
from ml.pretraining.methods.moco_v2 import MocoV2


class Still(MocoV2):
    def after_step(self, step, batch, number):
        pass


METHOD = Still
""",
}
WALK = """
import json

from app.exports.content import Export, content_of
from app.main import create_app
from ml.config import RoundConfig, pretrain_config
from ml.pretraining.methods import method_of
from ml.selection.registry import selector_of
from worker.jobs.handlers import HANDLERS

schema = create_app().openapi()
schemas, paths = schema["components"]["schemas"], schema["paths"]
parameters = paths["/api/v1/projects/{project_id}/export"]["get"]["parameters"]
(formats,) = [each["schema"]["enum"] for each in parameters if each["name"] == "format"]
config = RoundConfig.model_validate({"strategy": {"kind": "first"}})
print(json.dumps({
    "strategy": selector_of(config).__name__,
    "strategies": sorted(schemas["RoundConfig"]["properties"]["strategy"]["discriminator"]["mapping"]),
    "export": list(content_of(Export("p", "digits", None, ""), "tsv").parts),
    "formats": formats,
    "job": HANDLERS["sleep"].__name__,
    "kinds": schemas["JobOut"]["properties"]["kind"]["enum"],
    "method": method_of(pretrain_config.validate_python({"method": "still"})).__name__,
    "methods": sorted(schemas["NewEstimate"]["properties"]["config"]["discriminator"]["mapping"]),
}))
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Return a copy of the code in which each recipe was followed."""
    for package in ("app", "ml", "worker", "migrations"):
        leave_out = shutil.ignore_patterns("static", "__pycache__")
        shutil.copytree(ROOT / package, tmp_path / package, ignore=leave_out)
    for name, content in FILES.items():
        (tmp_path / name).write_text(content)
    for name, changes in LINES.items():
        text = (tmp_path / name).read_text()
        for old, new in changes:
            text, found = re.subn(old if "\\" in old else re.escape(old), new, text, count=1)
            assert found, f"{name} has no {old!r}"
        (tmp_path / name).write_text(text)
    return tmp_path


def test_what_a_recipe_adds_is_offered_and_done(tree: Path) -> None:
    own = {"PYTHONPATH": str(tree), "PYTHONSAFEPATH": "1", "EIGENLABEL_DATA": str(tree / "data")}
    command = [sys.executable, "-W", "ignore", "-c", WALK]
    environment = os.environ | own
    ran = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout.splitlines()[-1])
    assert (found["strategy"], found["job"], found["method"]) == ("select_first", "sleep", "Still")
    assert found["export"] == ["digits\t"]
    assert "first" in found["strategies"]
    assert "tsv" in found["formats"]
    assert "sleep" in found["kinds"]
    assert {"moco_v2", "still"} <= set(found["methods"])


@pytest.mark.parametrize("name", [*LINES, *FILES])
def test_the_recipes_name_each_file_that_the_toys_change(name: str) -> None:
    folder = str(Path(name).parent)
    assert name in RECIPES or f"{folder}/<name>.py" in RECIPES


def test_every_file_that_a_recipe_names_is_there() -> None:
    named = re.findall(r"`((?:app|ml|worker|frontend|tests|migrations|docs)/[^`<>]+\.\w+)`", RECIPES)
    assert len(named) > 8
    assert [name for name in named if not (ROOT / name).exists()] == []
