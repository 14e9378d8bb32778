"""What an epoch draws: exactly the formula's counts, for any source and target."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.config import MocoV2Config
from ml.pretraining.rebalancing import epoch_rows, target_rows

sizes = st.integers(1, 300)
shares = st.floats(0.01, 3)
seeds = st.integers(0, 2**31 - 1)


@given(source=sizes, target=sizes, share=shares, seed=seeds, epochs=st.integers(1, 6))
def test_counts_are_the_formulas_for_any_source_and_target(
    source: int, target: int, share: float, seed: int, epochs: int
) -> None:
    config = MocoV2Config(target_share=share, seed=seed)
    drawn = max(1, round(share * source))
    total = np.zeros(source + target, dtype=np.int64)
    for epoch in range(epochs):
        counts = np.bincount(epoch_rows(config, source, target, epoch), minlength=source + target)
        assert (counts[:source] == 1).all()
        assert counts[source:].sum() == drawn
        assert set(counts[source:]) <= {drawn // target, -(-drawn // target)}
        total += counts
        assert set(total[source:]) <= {(epoch + 1) * drawn // target, -(-(epoch + 1) * drawn // target)}


def test_a_fifth_of_ten_source_images_is_two_target_images() -> None:
    config = MocoV2Config(target_share=0.2)
    counts = np.bincount(epoch_rows(config, 10, 4, 0), minlength=14)
    assert counts[:10].tolist() == [1] * 10
    assert sorted(counts[10:].tolist()) == [0, 0, 1, 1]


def test_the_whole_target_is_drawn_over_epochs() -> None:
    seen = {row for epoch in range(10) for row in target_rows(100, 10, epoch, seed=3)}
    assert seen == set(range(100))


@given(source=sizes, target=sizes)
def test_other_modes_draw_one_side_once(source: int, target: int) -> None:
    vanilla = epoch_rows(MocoV2Config(mode="vup"), source, target, 2)
    assert sorted(vanilla) == list(range(source))
    finetuning = epoch_rows(MocoV2Config(mode="uf"), 0, target, 2)
    assert sorted(finetuning) == list(range(target))


@pytest.mark.parametrize("mode", ["tup", "vup", "uf"])
def test_the_configuration_counts_what_is_drawn(mode: str) -> None:
    config = MocoV2Config.model_validate({"mode": mode, "epochs": 3, "batch_size": 8})
    source = 0 if mode == "uf" else 50
    rows = epoch_rows(config, source, 30, 0)
    assert len(rows) == config.epoch_images(source, 30)
    assert config.steps(source, 30) == 3 * (len(rows) // 8)


def test_order_depends_on_seed_and_epoch_only() -> None:
    config = MocoV2Config(seed=5)
    assert (epoch_rows(config, 50, 20, 1) == epoch_rows(config, 50, 20, 1)).all()
    assert (epoch_rows(config, 50, 20, 1) != epoch_rows(config, 50, 20, 2)).any()
    assert (epoch_rows(config, 50, 20, 1) != epoch_rows(MocoV2Config(seed=6), 50, 20, 1)).any()
