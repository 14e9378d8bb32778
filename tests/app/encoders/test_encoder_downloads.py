"""Large weights are downloaded for administrators only, and every size is told first."""

from collections.abc import Callable
from typing import Any

from fastapi.testclient import TestClient

from tests.app.images.files import new_project

API = "/api/v1"
SMALL, LARGE = "resnet18.a1_in1k", "eva_giant_patch14_560.m30m_ft_in22k_in1k"


def ask(client: TestClient, project: str, name: str, **fields: Any) -> Any:
    body = {"name": "e", "encoder": {"kind": "timm", "name": name, **fields}}
    return client.post(f"{API}/projects/{project}/encoders", json=body)


def test_an_owner_may_have_small_weights_downloaded(client: TestClient) -> None:
    project = new_project(client)
    assert ask(client, project, SMALL).status_code == 202
    refused = ask(client, project, LARGE)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (403, "encoder.timm.name")
    assert "4.1 GB" in refused.json()["detail"]
    assert ask(client, project, "no_such_network").status_code == 403
    assert ask(client, project, LARGE, pretrained=False).status_code == 202


def test_an_administrator_may_have_any(sign_in: Callable[..., TestClient]) -> None:
    admin = sign_in("ada", "admin")
    project = new_project(admin)
    assert ask(admin, project, LARGE).status_code == 202
    assert ask(admin, project, "of_a_later_timm").status_code == 202


def test_the_sizes_are_listed(client: TestClient, sign_in: Callable[..., TestClient]) -> None:
    for caller, may in ((client, False), (sign_in("ada", "admin"), True)):
        told = {each["name"]: each for each in caller.get(f"{API}/encoders/downloads").json()}
        assert told["resnet18"] == {"name": "resnet18", "bytes": 4 * 11_689_512, "allowed": True}
        assert told["eva_giant_patch14_560"]["allowed"] is may
