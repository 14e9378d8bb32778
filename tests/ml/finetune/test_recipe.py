"""Recipes: learning rates, draws, what the head starts from and how labels are balanced."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from ml.config import FullFinetune, HyperRuleFinetune, RoundConfig, TimmEncoder
from ml.config.finetune import HeadStart
from ml.finetune.balance import adjustment
from ml.finetune.full import crop_of
from ml.finetune.heads.linear import standardisation
from ml.finetune.labelled_views import Views
from ml.finetune.recipe import hyper_rule_factor, paper_recipe
from ml.finetune.scaled_head import ScaledHead
from ml.images.transforms import WHOLE
from ml.messages import EncoderFile, ImageFile
from ml.step.pipeline import prepare_encoder
from tests.ml.finetune.conftest import Finetunes

SETTINGS = {"epochs": 3, "batch_size": 128, "rates_for_batch": 64}


def views_of(classes: list[int], *, balanced: bool = False) -> Views:
    """Return views of as many images as there are classes; each shows its number."""
    images = [ImageFile(id=str(row), sha256="", path=str(row)) for row in range(len(classes))]
    return Views(
        images,
        np.array(classes),
        lambda path: np.full((2, 2, 3), int(path), dtype=np.uint8),
        np.random.default_rng(0),
        balanced=balanced,
    )


def test_a_stored_configuration_without_the_new_fields_means_what_it_meant() -> None:
    stored = {
        "kind": "full",
        "epochs": 60,
        "head_learning_rate": 3.0,
        "encoder_learning_rate": 1e-4,
        "batch_size": 64,
    }
    read = RoundConfig.model_validate({"finetune": stored}).finetune
    assert read == FullFinetune()
    assert isinstance(read, FullFinetune)
    assert (read.train, read.batch_norm, read.balance, read.head_start) == ("all", "frozen", "none", "random")
    assert (read.weight_decay, read.nesterov, read.smallest_crop, read.crop) == (0, False, 0.2, "resized")


def test_learning_rates_grow_with_the_batch_and_decay() -> None:
    network, head = nn.Linear(3, 2), nn.Linear(2, 2)
    recipe = paper_recipe(FullFinetune(**SETTINGS), network, head, views_of([0, 1]))
    rates = [group["lr"] for group in recipe.optimisers[0].param_groups]
    assert rates == pytest.approx([2e-4, 2e-4, 6.0, 6.0])
    network(torch.ones(1, 3)).sum().backward()
    recipe.optimisers[0].step()
    recipe.schedules[0].step()
    assert recipe.optimisers[0].param_groups[0]["lr"] == pytest.approx(2e-4 * 0.75)


def test_weight_decay_is_for_kernels_only() -> None:
    settings = FullFinetune(weight_decay=0.1, nesterov=True)
    recipe = paper_recipe(settings, nn.Linear(3, 2), nn.Linear(2, 2), views_of([0, 1]))
    decays = {group["params"][0].ndim: group["weight_decay"] for group in recipe.optimisers[0].param_groups}
    assert decays == {2: 0.1, 1: 0.0}
    assert recipe.optimisers[0].param_groups[0]["nesterov"]


def test_the_hyper_rule_warms_up_and_falls_by_tens() -> None:
    found = [hyper_rule_factor(step, 500) for step in (0, 50, 99, 100, 199, 200, 300, 400, 499)]
    assert found == pytest.approx([0, 0.5, 0.99, 1, 1, 0.1, 0.01, 0.001, 0.001])


def test_the_hyper_rule_learns_and_keeps_its_encoder(finetunes: Finetunes, tmp_path: Path) -> None:
    spec = TimmEncoder(name="test_efficientnet_gn", pretrained=False, image_size=32)
    weights = tmp_path / "encoder.safetensors"
    encoder = EncoderFile(
        spec=spec, weights=str(weights), sha256=str(prepare_encoder(spec, tmp_path)["sha256"])
    )
    result = finetunes(HyperRuleFinetune(steps=30, batch_size=12, learning_rate=0.05), encoder=encoder)
    assert result.accuracy is not None
    assert result.accuracy.top1 > 0.8
    assert (tmp_path / "out" / "encoder.safetensors").read_bytes() != weights.read_bytes()


@pytest.mark.parametrize(("how", "expected"), [("zero", [0, 0]), ("means", [10, -10])])
def test_what_the_head_starts_from(how: HeadStart, expected: list[float]) -> None:
    features = np.array([[3, 0], [1, 0], [-1, 0], [-3, 0]], dtype=np.float32)
    head = ScaledHead(standardisation(features, unit_length=False), 2)
    head.start(how, features, np.array([0, 0, 1, 1]))
    # The mean squared length is 5, so an image at its square root is at length 1.
    logits = head(torch.tensor([[5**0.5, 0.0]]))
    assert logits[0].tolist() == pytest.approx(expected, abs=1e-5)


def test_balanced_draws_have_as_many_of_each_category() -> None:
    views = views_of([0] * 9 + [1] + [2] * 2, balanced=True)
    (_, drawn), (_, again) = views.draw(30), views.draw(30)
    assert torch.bincount(drawn).tolist() == [10, 10, 10]
    assert drawn.tolist() != again.tolist()
    epoch = torch.cat([classes for _, classes in views.epoch(5)])
    assert torch.bincount(epoch).tolist() == [4, 4, 4]


def test_draws_repeat_images_only_where_there_are_fewer() -> None:
    views = views_of([0, 1, 0, 1])
    assert sorted(views.draw(4)[0][:, 0, 0, 0].tolist()) == [0, 1, 2, 3]
    assert len(views.draw(9)[0]) == 9


def test_logits_are_adjusted_by_the_shares_of_the_labels() -> None:
    classes = np.array([0, 0, 0, 1])
    cpu = torch.device("cpu")
    assert adjustment("logits", classes, cpu).exp().tolist() == pytest.approx([0.75, 0.25])
    assert adjustment("none", classes, cpu).tolist() == [0, 0]


@pytest.mark.parametrize("balance", ["sampling", "logits"])
def test_balance_changes_what_is_learnt(finetunes: Finetunes, balance: str) -> None:
    plain = FullFinetune(epochs=2)
    usual = finetunes(plain, labels=5)
    balanced = finetunes(plain.model_copy(update={"balance": balance}), labels=5)
    assert usual.proposals[0].suggestions != balanced.proposals[0].suggestions


@pytest.mark.parametrize(
    ("settings", "shows"),
    [
        (FullFinetune(crop="shifted", flip=False), 28),
        (FullFinetune(crop="squashed", flip=False), 56),
        (HyperRuleFinetune(flip=False), 51),
    ],
)
def test_crops_show_as_much_as_their_recipe_says(
    tmp_path: Path, settings: FullFinetune | HyperRuleFinetune, shows: int
) -> None:
    """The image is 64 x 32 and brighter by four a column: the range of a view says how many it shows."""
    columns = np.tile(np.arange(0, 256, 4, dtype=np.uint8)[None, :, None], (32, 1, 3))
    Image.fromarray(columns).save(tmp_path / "image.png")
    crop = crop_of(settings, 16, np.random.default_rng(0), WHOLE)
    found = [crop(str(tmp_path / "image.png")) for _ in range(8)]
    assert {view.shape for view in found} == {(16, 16, 3)}
    widths = [(int(view.max()) - int(view.min())) / 4 for view in found]
    assert np.mean(widths) == pytest.approx(shows, abs=4)
    assert len({int(view[0, 0, 0]) for view in found}) > 1


def test_a_crop_of_the_whole_area_shows_all_of_a_square(tmp_path: Path) -> None:
    Image.fromarray(np.tile(np.arange(64, dtype=np.uint8)[None, :, None], (64, 1, 3))).save(
        tmp_path / "i.png"
    )
    crop = crop_of(FullFinetune(smallest_crop=1.0, flip=False), 64, np.random.default_rng(0), WHOLE)
    assert [int(crop(str(tmp_path / "i.png"))[0, column, 0]) for column in (0, 63)] == [0, 63]


def test_half_precision_trains_and_embeds(finetunes: Finetunes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stands in for a GPU: what is told to compute in bfloat16 there does so here."""
    used: list[str] = []

    def half(device: torch.device) -> torch.autocast:
        used.append(device.type)
        return torch.autocast(device.type, torch.bfloat16)

    monkeypatch.setattr("ml.finetune.full.mixed_precision", half)
    monkeypatch.setattr("ml.encoders.embed.mixed_precision", half)
    result = finetunes()
    assert result.accuracy is not None
    assert result.accuracy.top1 > 0.8
    assert len(used) > 6
