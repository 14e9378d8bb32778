"""The dashboard, the alerts and the page about them against what `/metrics` really says."""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Engine

from app.core.config import TOKEN_LENGTH, Settings
from app.core.database import write_connection
from app.metrics import counters
from tests.app.metrics.scrape import LOCAL

ROOT = Path(__file__).parents[2]
DASHBOARD: dict[str, Any] = json.loads((ROOT / "deploy/grafana/eigenlabel.json").read_text())
ALERTS: dict[str, Any] = yaml.safe_load((ROOT / "deploy/prometheus/alerts.yml").read_text())
PROMETHEUS: dict[str, Any] = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text())
NAME = re.compile(r"\b(?:eigenlabel|process)_\w+")
SELECTOR = re.compile(r"(\w+)\{([^}]*)\}")
PART = re.compile(r"_(?:bucket|sum|count)$")
OF_A_PROCESS = ("request_seconds", "labels", "event_streams", "bells_lost")


def expressions() -> Iterator[str]:
    """Yield every expression of the dashboard and of the alerts."""
    for panel in DASHBOARD["panels"]:
        yield from (target["expr"] for target in panel["targets"])
    for group in ALERTS["groups"]:
        yield from (rule["expr"] for rule in group["rules"])


def own_families(names: Iterable[str]) -> set[str]:
    """Return the metrics of this service among the names of samples."""
    return {PART.sub("", name) for name in names if name.startswith("eigenlabel_")}


@pytest.fixture
def told(anonymous: TestClient, engine: Engine) -> dict[str, set[str]]:
    """Return the names of the samples that a scrape has, each with the names of its labels."""
    with write_connection() as connection:
        counters.add(connection, counters.phase_changes("round_advance", {"embedding": 1.0}))
    anonymous.get("/live")
    text = TestClient(anonymous.app, client=LOCAL).get("/metrics").text
    found: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    return found


@pytest.mark.only("sqlite", "what is read does not depend on the database")
def test_every_metric_is_shown_and_every_one_shown_exists(told: dict[str, set[str]]) -> None:
    for expression in expressions():
        names = set(NAME.findall(expression))
        assert names or expression.startswith("up{"), expression
        assert names <= set(told), expression
    families = own_families(told)
    assert own_families(NAME.findall(json.dumps(DASHBOARD))) == families
    page = (ROOT / "docs/watching.md").read_text()
    assert {family for family in families if f"`{family}" not in page} == set()


@pytest.mark.only("sqlite", "what is read does not depend on the database")
def test_expressions_ask_for_labels_that_there_are(told: dict[str, set[str]]) -> None:
    for expression in expressions():
        for name, selectors in SELECTOR.findall(expression):
            asked = set(re.findall(r"(\w+)\s*[=!]", selectors)) - {"job"}
            assert asked <= told.get(name, set()), expression
        grouped = {
            label for labels in re.findall(r"by \(([^)]*)\)", expression) for label in labels.split(", ")
        }
        available = set().union(*(told[name] for name in NAME.findall(expression) if name in told))
        assert grouped <= available | {"instance"}, expression


def test_figures_of_the_installation_are_never_summed_over_api_processes() -> None:
    for expression in expressions():
        for name in NAME.findall(expression):
            own = name.removeprefix("eigenlabel_")
            if own != name and not own.startswith(OF_A_PROCESS):
                taken = rf"max(?: by \([^)]*\))? ?\((?:increase\()?{name}"
                assert re.search(taken, expression), expression


def test_panels_are_apart_and_have_a_source() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        taken |= cells
        assert panel["datasource"]["uid"] == "${source}"
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])
    (variable,) = DASHBOARD["templating"]["list"]
    assert (variable["name"], variable["type"]) == ("source", "datasource")


def test_prometheus_sends_the_token_and_reads_the_alerts() -> None:
    assert PROMETHEUS["rule_files"] == ["alerts.yml"]
    (scrape,) = PROMETHEUS["scrape_configs"]
    assert scrape["authorization"]["type"] == "Bearer"
    assert scrape["authorization"]["credentials_file"]
    assert "metrics_token" in Settings.model_fields
    assert f"at least {TOKEN_LENGTH} characters" in (ROOT / "docs/watching.md").read_text()
