"""Where the weights of timm's networks come from: a folder, a download, or a net that may not be there."""

import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from ml.config import TimmEncoder
from ml.encoders import networks
from ml.encoders.backbone import open_encoder
from ml.errors import UnusableInputError
from ml.messages import EncoderFile
from ml.step.pipeline import prepare_encoder


@pytest.fixture
def no_net(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Send downloads to a host that hangs up on every request; yields those that it was asked."""
    asked: list[str] = []

    class HangUp(BaseHTTPRequestHandler):
        def handle_one_request(self) -> None:
            asked.append(self.rfile.readline().decode())
            self.close_connection = True

    server = ThreadingHTTPServer(("127.0.0.1", 0), HangUp)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "downloads"))
    yield asked
    server.shutdown()
    server.server_close()


def test_a_missing_net_is_found_out_by_one_request(tmp_path: Path, no_net: list[str]) -> None:
    """The library alone asks for three files, six times each, and waits longer between each: 47 seconds."""
    with pytest.raises(
        UnusableInputError, match=r"127.0.0.1:[0-9]+ does not answer.*weights folder"
    ) as caught:
        prepare_encoder(TimmEncoder(name="test_efficientnet"), tmp_path / "out")
    assert "\n" not in str(caught.value)
    assert len(no_net) == 1
    assert list((tmp_path / "out").iterdir()) == []


def offline_weights(folder: Path, name: str, seed: int, place: str) -> None:
    """Write the weights of timm's network `name`, its classifier included, to `folder`/`place`."""
    torch.manual_seed(seed)
    network = networks.create_network(name, num_classes=1000)
    (folder / place).parent.mkdir(parents=True, exist_ok=True)
    save_file(network.state_dict(), folder / place)


NAME = "test_vit.r160_in1k"
PLACES = [f"{NAME}.safetensors", f"{NAME}/model.safetensors", f"{NAME}/open_clip_model.safetensors"]


@pytest.mark.parametrize("place", PLACES)
def test_weights_come_from_a_folder_without_a_net(tmp_path: Path, no_net: list[str], place: str) -> None:
    offline_weights(tmp_path / "weights", "test_vit.r160_in1k", 7, place)
    prepare_encoder(TimmEncoder(name="test_vit.r160_in1k"), tmp_path / "out", str(tmp_path / "weights"))
    tensors = load_file(tmp_path / "out" / "encoder.safetensors")
    given = load_file(tmp_path / "weights" / place)
    assert not any(name.startswith("head") for name in tensors)
    assert all(tensor.equal(given[name]) for name, tensor in tensors.items())
    assert no_net == []


def test_weights_in_the_folder_that_do_not_fit_are_refused(tmp_path: Path, no_net: list[str]) -> None:
    folder, name = tmp_path / "weights", "test_vit.r160_in1k"
    folder.mkdir()

    def prepare() -> None:
        prepare_encoder(TimmEncoder(name=name), tmp_path / "out", str(folder))

    save_file({"something.else": torch.zeros(3)}, folder / f"{name}.safetensors")
    with pytest.raises(UnusableInputError, match="does not hold the weights of test_vit"):
        prepare()
    torch.save({"weight": torch.zeros(3)}, folder / f"{name}.safetensors")
    with pytest.raises(UnusableInputError, match="not a safetensors file"):
        prepare()


@pytest.mark.parametrize("same_time", [False, True])
def test_weights_that_are_replaced_in_the_folder_are_read_again(
    tmp_path: Path, no_net: list[str], same_time: bool
) -> None:
    name, place = "test_vit.r160_in1k", "test_vit.r160_in1k.safetensors"
    asked = EncoderFile(spec=TimmEncoder(name=name), folder=str(tmp_path / "weights"))
    offline_weights(tmp_path / "weights", name, 7, place)
    first = open_encoder(asked, tmp_path)
    assert open_encoder(asked, tmp_path) == first
    weights = tmp_path / "weights" / place
    before = weights.stat()
    offline_weights(tmp_path / "weights", name, 8, place)
    if same_time:  # as a copy that keeps times does
        save_file(load_file(weights) | {"more": torch.zeros(1)}, weights)
        os.utime(weights, ns=(before.st_atime_ns, before.st_mtime_ns))
    second = open_encoder(asked, tmp_path)
    assert second.sha256 != first.sha256
    given = load_file(weights)
    assert all(tensor.equal(given[key]) for key, tensor in load_file(second.path).items())


@pytest.mark.parametrize("place", [f"{NAME}.pth", f"{NAME}/pytorch_model.bin"])
def test_pickled_weights_in_the_folder_are_refused(tmp_path: Path, no_net: list[str], place: str) -> None:
    pickled_weights(tmp_path / "weights" / place)
    with pytest.raises(UnusableInputError, match=f"{place} is not read: the weights have to be safetensors"):
        prepare_encoder(TimmEncoder(name=NAME), tmp_path / "out", str(tmp_path / "weights"))
    assert no_net == []


def pickled_weights(path: Path) -> None:
    """Write the weights of the small network as a pickle."""
    torch.manual_seed(7)
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save(networks.create_network(NAME, num_classes=1000).state_dict(), path)


def hub_cache(tmp_path: Path) -> Path:
    """Return the folder in which huggingface_hub keeps the files of the small network."""
    folder = tmp_path / "downloads" / "models--timm--test_vit.r160_in1k"
    (folder / "refs").mkdir(parents=True)
    (folder / "refs" / "main").write_text("a" * 40)
    return folder / "snapshots" / ("a" * 40)


def is_of_seed_7(tmp_path: Path) -> bool:
    """Prepare the small network, and return whether its weights are those of seed 7."""
    prepare_encoder(TimmEncoder(name=NAME), tmp_path / "out")
    torch.manual_seed(7)
    expected = networks.create_network(NAME, num_classes=1000).state_dict()
    found = load_file(tmp_path / "out" / "encoder.safetensors")
    return all(tensor.equal(expected[name]) for name, tensor in found.items())


@pytest.mark.parametrize("file", ["model.safetensors", "open_clip_model.safetensors", "pytorch_model.bin"])
def test_an_earlier_download_is_found_without_a_net(tmp_path: Path, no_net: list[str], file: str) -> None:
    folder = hub_cache(tmp_path)
    if file.endswith("bin"):
        pickled_weights(folder / file)
    else:
        offline_weights(folder, NAME, 7, file)
    assert is_of_seed_7(tmp_path)
    assert no_net == []


def test_what_torch_has_downloaded_is_found_without_a_net(
    tmp_path: Path, no_net: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some networks have an address of their own and are not on the hub."""
    settings = replace(
        networks.timm.get_pretrained_cfg(NAME),
        hf_hub_id=None,
        url="https://weights.invalid/v1/test_vit-0abc.pth",
    )
    monkeypatch.setattr(networks.timm, "get_pretrained_cfg", lambda _name: settings)
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    pickled_weights(tmp_path / "torch" / "hub" / "checkpoints" / "test_vit-0abc.pth")
    assert is_of_seed_7(tmp_path)


class Trap:
    """Runs a command when it is unpickled by a reader that does what pickles say."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, (str(self.path),)


def test_nothing_in_a_pickled_download_is_run(tmp_path: Path, no_net: list[str]) -> None:
    path = hub_cache(tmp_path) / "pytorch_model.bin"
    path.parent.mkdir(parents=True)
    torch.save({"weight": Trap(tmp_path / "sprung")}, path)
    with pytest.raises(UnusableInputError, match=r"weights cannot be had: (?i:weights.only)"):
        prepare_encoder(TimmEncoder(name=NAME), tmp_path / "out")
    assert not (tmp_path / "sprung").exists()
