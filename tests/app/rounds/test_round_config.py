"""Configurations of rounds: what is kept, and how what is wrong is named."""

from typing import Any, get_args

import pytest
from fastapi.testclient import TestClient

from ml.config.rounds import FrozenFinetune
from ml.config.strategies import Strategy
from tests.app.labelling_factory import Labelling

API = "/api/v1"
KINDS = sorted(each.model_fields["kind"].default for each in get_args(get_args(Strategy)[0]))
HEADS = get_args(FrozenFinetune.model_fields["head"].annotation)


def start(client: TestClient, project: Labelling, **config: Any) -> Any:
    body = {"config": {"encoder_id": project.encoder_id} | config}
    return client.post(f"{API}/projects/{project.project_id}/rounds", json=body)


@pytest.mark.parametrize("kind", KINDS)
def test_every_strategy_is_kept_with_its_settings(olga: TestClient, project: Labelling, kind: str) -> None:
    created = start(olga, project, strategy={"kind": kind})
    assert created.status_code == 201
    kept = created.json()["config"]["strategy"]
    assert kept["kind"] == kind
    stored = olga.get(f"{API}/rounds/{created.json()['id']}").json()["config"]["strategy"]
    assert stored == kept


@pytest.mark.parametrize("head", HEADS)
def test_every_head_is_kept(olga: TestClient, project: Labelling, head: str) -> None:
    created = start(olga, project, finetune={"kind": "frozen", "head": head})
    assert created.json()["config"]["finetune"]["head"] == head


def test_a_recipe_is_kept_with_its_settings(olga: TestClient, project: Labelling) -> None:
    recipe = {"kind": "full", "train": "last_stage", "batch_norm": "momentum", "balance": "logits"}
    created = start(olga, project, finetune=recipe)
    kept = created.json()["config"]["finetune"]
    assert recipe.items() <= kept.items()
    assert kept["smallest_crop"] == 0.2
    assert olga.get(f"{API}/rounds/{created.json()['id']}").json()["config"]["finetune"] == kept


@pytest.mark.parametrize(
    ("config", "field", "reason"),
    [
        ({"strategy": {"kind": "oracle"}}, "config.strategy", "'ackmeans', 'random', 'typiclust'"),
        ({"strategy": {}}, "config.strategy", "Unable to extract tag"),
        ({"strategy": "typiclust"}, "config.strategy", "dictionary"),
        ({"strategy": {"kind": "probcover", "purity": 1.5}}, "config.strategy.probcover.purity", "less than"),
        (
            {"strategy": {"kind": "typiclust", "max_clusters": 0}},
            "config.strategy.typiclust.max_clusters",
            "greater",
        ),
        ({"strategy": {"kind": "usl", "repulsion": -1}}, "config.strategy.usl.repulsion", "greater than"),
        (
            {"strategy": {"kind": "max_herding", "sigma": 0}},
            "config.strategy.max_herding.sigma",
            "greater than 0",
        ),
        ({"strategy": {"kind": "margin", "sigma": 1}}, "config.strategy.margin.sigma", "not permitted"),
        ({"finetune": {"kind": "frozen", "head": "forest"}}, "config.finetune.frozen.head", "'nearest_mean'"),
        ({"finetune": {"kind": "full", "head": "ridge"}}, "config.finetune.full.head", "not permitted"),
        ({"finetune": {"kind": "fixmatch", "steps": 0}}, "config.finetune.fixmatch.steps", "greater than"),
        ({"finetune": {"kind": "full", "train": "stem"}}, "config.finetune.full.train", "'last_stage'"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(
    olga: TestClient, project: Labelling, config: dict[str, Any], field: str, reason: str
) -> None:
    refused = start(olga, project, **config)
    assert (refused.status_code, refused.headers["content-type"]) == (422, "application/problem+json")
    errors = refused.json()["errors"]
    assert [each["field"] for each in errors] == [field]
    assert reason in errors[0]["reason"]
