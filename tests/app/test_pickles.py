"""T20: a pickle is code. Whatever it is called and wherever it is sent, it is refused and never run."""

import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from safetensors import SafetensorError

from ml.encoders.backbone import read_encoder
from ml.errors import UnusableInputError
from ml.pretraining.checkpoints import read_checkpoint
from tests.app.images.files import new_project, send, zipped

NAMES = ("weights.pt", "weights.safetensors", "features.npy", "image.png")


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    """Return the file that appears when the pickle is read."""
    return tmp_path / "canary"


@pytest.fixture
def poison(canary: Path) -> bytes:
    """Return a pickle that writes the canary, which is checked here to work."""

    class Poison:
        def __reduce__(self) -> tuple[Callable[..., int], tuple[str]]:
            return os.system, (f"touch {canary}",)

    content = pickle.dumps(Poison())
    pickle.loads(content)
    assert canary.exists()
    canary.unlink()
    return content


def test_pickles_sent_as_files_are_refused(client: TestClient, poison: bytes, canary: Path) -> None:
    project = new_project(client)
    with_zip = dict.fromkeys(NAMES, poison) | {"all.zip": zipped(dict.fromkeys(NAMES, poison))}
    answer = send(client, project, with_zip)
    assert answer.json()["created"] == 0
    assert len(answer.json()["rejected"]) == 2 * len(NAMES)
    assert not canary.exists()


@pytest.mark.parametrize(
    "spec",
    [
        {"kind": "checkpoint", "upload_id": "x"},
        {"kind": "checkpoint", "file": "../../weights.pt"},
        {"kind": "checkpoint", "file": "/etc/weights.pt"},
        {"kind": "timm", "name": "../../weights.pt"},
        {"kind": "pickle"},
    ],
)
def test_an_encoder_is_no_file_outside_the_weights_folder(client: TestClient, spec: dict[str, Any]) -> None:
    body = {"name": "theirs", "encoder": spec}
    answer = client.post(f"/api/v1/projects/{new_project(client)}/encoders", json=body)
    assert answer.status_code == 422


def test_a_pickle_in_the_place_of_weights_or_a_checkpoint_is_not_read(
    tmp_path: Path, poison: bytes, canary: Path
) -> None:
    planted = tmp_path / "encoder.safetensors"
    planted.write_bytes(poison)
    with pytest.raises(UnusableInputError):
        read_encoder(planted, None)
    with pytest.raises(SafetensorError):
        read_checkpoint(planted, "run")
    assert not canary.exists()
