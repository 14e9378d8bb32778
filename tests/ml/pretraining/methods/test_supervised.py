"""Supervised pretraining: classes from folders, the control's one mode, and that classes are learned."""

import math
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from pydantic import ValidationError
from torch import nn
from torch.nn.functional import cross_entropy

from ml.config import DatasetSource, FolderSource, SupervisedConfig, ZipSource
from ml.errors import UnusableInputError
from ml.messages import FilesSource, ImageSource, PretrainPoint, PretrainRequest
from ml.pretraining.classes import image_classes
from ml.pretraining.methods.method import Amounts
from ml.pretraining.methods.supervised import Supervised
from ml.pretraining.pretrain import pretrain
from ml.pretraining.sources import open_source
from ml.progress import no_progress


def classes_of(source: ImageSource, cache: Path) -> list[int]:
    """Return the classes of the images of a source, in their order."""
    return image_classes(source, open_source(source, cache)).tolist()


def test_the_folder_of_an_image_is_its_class(tmp_path: Path) -> None:
    names = ["train/dog/1.png", "train/cat/1.png", "train/cat/2.png"]
    for name in names:
        path = tmp_path / "tree" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    with zipfile.ZipFile(tmp_path / "tree.zip", "w") as archive:
        for name in names:
            archive.writestr(name, b"")
    assert classes_of(FolderSource(path=str(tmp_path / "tree")), tmp_path) == [0, 0, 1]
    assert classes_of(ZipSource(path=str(tmp_path / "tree.zip"), folder="train"), tmp_path) == [0, 0, 1]
    with pytest.raises(UnusableInputError, match="the source has its images in one"):
        classes_of(FolderSource(path=str(tmp_path / "tree" / "train" / "cat")), tmp_path)


def test_a_source_without_folders_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableInputError, match="the source has its images in one"):
        classes_of(DatasetSource(name="digits-8x8"), tmp_path)
    with pytest.raises(UnusableInputError, match="a folder for each class"):
        classes_of(FilesSource(paths=["a/1.png", "b/2.png"]), tmp_path)


def test_images_by_path_may_have_their_classes_said(tmp_path: Path) -> None:
    said = FilesSource(paths=["1.png", "2.png", "3.png"], classes=["dog", "cat", "dog"])
    assert classes_of(said, tmp_path) == [1, 0, 1]


@pytest.mark.parametrize("mode", ["tup", "uf"])
def test_it_learns_from_the_source_alone(mode: Any) -> None:
    with pytest.raises(ValidationError, match="images to label have no classes"):
        SupervisedConfig(mode=mode)
    assert SupervisedConfig().mode == "vup"


def test_the_loss_is_the_cross_entropy_and_watching_moves_no_statistics() -> None:
    torch.manual_seed(0)
    backbone = nn.Sequential(nn.Flatten(), nn.Linear(12, 6), nn.BatchNorm1d(6))
    method = Supervised(SupervisedConfig(), backbone, 6, Amounts(8, 8, 3)).train()
    views, labels = torch.rand(4, 3, 2, 2), torch.tensor([0, 1, 2, 0])
    outputs = method((views, views[:2], labels))
    seen = backbone[2].num_batches_tracked
    assert seen is not None
    assert int(seen) == 1
    step = method.loss(outputs)
    torch.testing.assert_close(step.loss, cross_entropy(outputs[0], labels))
    torch.testing.assert_close(step.query, step.key)
    assert method.training
    assert backbone.training


def test_a_run_learns_the_classes(make_request: Callable[..., PretrainRequest]) -> None:
    points: list[Any] = []
    request = make_request(method="supervised", epochs=20)
    pretrain(request, no_progress, points.append)
    assert isinstance(points[-1], PretrainPoint)
    assert points[-1].loss < 0.5 * math.log(3)
