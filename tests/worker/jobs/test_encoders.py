"""An encoder, from the request over HTTP to the weights that its job publishes."""

import hashlib
import json
import threading
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import torch
from fastapi.testclient import TestClient
from safetensors import safe_open
from safetensors.torch import save_file

from app.core.config import get_settings
from ml.encoders import networks
from tests.ml.encoders.checkpoints import files
from worker.child.program import Answer, perform
from worker.jobs import runner, shared_child

API = "/api/v1"
Prepare = Callable[[dict[str, Any]], dict[str, Any]]


@pytest.fixture
def prepare(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> Prepare:
    """Return a function that asks for an encoder, runs its job here, and returns what is said of it."""

    def run(operation: str, request: str, *_callbacks: object) -> dict[str, Any]:
        return perform(operation, json.loads(request), Answer(StringIO()), threading.Event())

    monkeypatch.setattr(shared_child.child, "run", run)
    project = client.post(f"{API}/projects", json={"name": "Photos", "categories": ["cat"]}).json()["id"]

    def ask(encoder: dict[str, Any]) -> dict[str, Any]:
        body = {"name": "theirs", "encoder": {"kind": "timm", **encoder}}
        accepted = client.post(f"{API}/projects/{project}/encoders", json=body)
        assert accepted.status_code == 202, accepted.text
        runner.run(accepted.json()["job_id"])
        found: dict[str, Any] = client.get(f"{API}/encoders/{accepted.json()['id']}").json()
        return found

    return ask


def test_a_stated_size_and_pooling_reach_the_network(prepare: Prepare) -> None:
    made = prepare({"name": "test_vit", "pretrained": False, "image_size": 64, "pooling": "token"})
    assert made["state"] == "ready", made["error"]
    details = made["details"]
    assert (details["image_size"], details["feature_dim"]) == (64, 64)
    assert details["arguments"] == {"global_pool": "token", "dynamic_img_size": True}


def test_a_size_that_a_network_cannot_take_is_the_reason_shown(prepare: Prepare) -> None:
    made = prepare({"name": "test_vit_relpos", "pretrained": False, "image_size": 64})
    assert made["state"] == "failed"
    assert "takes images of 160 x 160 pixels only, not 64" in made["error"]


def test_weights_come_from_the_folder_that_the_settings_name(
    prepare: Prepare, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setenv("EIGENLABEL_WEIGHTS_DIRECTORY", str(tmp_path))
    get_settings.cache_clear()
    missing = prepare({"name": "test_vit.r160_in1k"})
    assert missing["state"] == "failed"
    assert "test_vit.r160_in1k.safetensors" in missing["error"]
    torch.manual_seed(3)
    save_file(networks.create_network("test_vit").state_dict(), tmp_path / "test_vit.r160_in1k.safetensors")
    assert prepare({"name": "test_vit.r160_in1k"})["state"] == "ready"


def test_a_checkpoint_of_others_comes_from_the_folder(
    client: TestClient, prepare: Prepare, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoint = {"kind": "checkpoint", "file": "published/deep.pth.tar", "image_size": 64}
    nowhere = prepare(checkpoint)
    assert (nowhere["state"], nowhere["kind"]) == ("failed", "checkpoint")
    assert "published/deep.pth.tar is looked for in the weights folder, and none is set" in nowhere["error"]
    monkeypatch.setenv("EIGENLABEL_WEIGHTS_DIRECTORY", str(tmp_path))
    get_settings.cache_clear()
    assert client.get(f"{API}/encoders/checkpoints").json() == []
    assert "deep.pth.tar is not there" in prepare(checkpoint)["error"]
    (tmp_path / "published").mkdir()
    path = tmp_path / "published" / "deep.pth.tar"
    weights = networks.create_network("resnet18").state_dict()
    torch.save({f"module.{name}": tensor for name, tensor in weights.items()}, path)
    (tmp_path / "published" / "notes.txt").write_text("no weights")
    listed = client.get(f"{API}/encoders/checkpoints").json()
    assert listed == [{"file": "published/deep.pth.tar", "bytes": path.stat().st_size}]
    made = prepare(checkpoint)
    assert made["state"] == "ready", made["error"]
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    origin = {"file": "published/deep.pth.tar", "sha256": digest, "layout": "torchvision"}
    origin |= {"keep_first_layer": False}
    assert made["details"]["checkpoint"] == origin
    assert (made["details"]["architecture"], made["details"]["image_size"]) == ("resnet18", 64)


def test_finetuning_gets_the_head_of_a_checkpoint_of_others(
    prepare: Prepare,
    make_pretraining: Callable[..., tuple[str, str]],
    asked: Callable[[], list[dict[str, Any]]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("EIGENLABEL_WEIGHTS_DIRECTORY", str(tmp_path))
    get_settings.cache_clear()
    torch.save(files.moco(networks.create_network("resnet18").state_dict()), tmp_path / "moco.pth.tar")
    made = prepare({"kind": "checkpoint", "file": "moco.pth.tar", "image_size": 32})
    assert made["state"] == "ready", made["error"]
    _, job = make_pretraining(mode="uf", initial_encoder_id=made["id"], stem="imagenet")
    runner.run(job)
    request = asked()[-1]
    with safe_open(request["initial_state"], framework="pt") as state:
        assert {"query.1.2.weight", "key.1.0.bias", "queue"} < set(state.keys())
        about = json.loads(state.metadata()["eigenlabel-method"])
    assert (about["method"], about["encoder"]) == ("moco_v2", request["initial"]["sha256"])


def test_a_checkpoint_with_code_fails_with_the_reason(
    prepare: Prepare, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EIGENLABEL_WEIGHTS_DIRECTORY", str(tmp_path))
    get_settings.cache_clear()
    torch.save({"conv1.weight": torch.rand(2), "path": tmp_path}, tmp_path / "weights.pth")
    made = prepare({"kind": "checkpoint", "file": "weights.pth"})
    assert (made["state"], made["details"]) == ("failed", {})
    assert made["error"] == "weights.pth holds objects or code beside tensors: it is not read"
