"""Temperatures: hand-made cases, the exported head."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ml.config import FrozenFinetune
from ml.finetune.heads.linear import LinearHead, tempered
from ml.finetune.heads.temperature import FEWEST, OUTSIDE, TEMPERATURES, temperature_of
from ml.finetune.training_set import TrainingSet
from tests.ml.blobs import blobs
from tests.ml.finetune.heads.test_heads import HEADS, POOL, embedding_of, fitted


def test_a_temperature_of_two_takes_square_roots() -> None:
    probabilities = np.array([[0.8, 0.2, 0], [0, 1, 0]], dtype=np.float32)
    np.testing.assert_allclose(tempered(probabilities, 2), [[2 / 3, 1 / 3, 0], [0, 1, 0]], rtol=1e-6)
    np.testing.assert_allclose(tempered(probabilities, 1), probabilities, rtol=1e-6)


@given(seed=st.integers(0, 1000), temperature=st.floats(0.3, 5))
def test_the_order_stays_and_rows_sum_to_one(seed: int, temperature: float) -> None:
    probabilities = np.random.default_rng(seed).dirichlet(np.full(6, 0.3), 50).astype(np.float32)
    changed = tempered(probabilities, temperature)
    np.testing.assert_array_equal(changed.argmax(axis=1), probabilities.argmax(axis=1))
    np.testing.assert_allclose(changed.sum(axis=1), 1, rtol=1e-5)
    higher = changed.max(axis=1) - probabilities.max(axis=1)
    assert ((higher >= -1e-6) if temperature <= 1 else (higher <= 1e-6)).all()


def test_a_head_at_a_temperature_says_the_same() -> None:
    generator = np.random.default_rng(0)
    bias = np.array([0.5, -np.inf, 0], dtype=np.float32)
    head = LinearHead(generator.normal(size=(3, 8)).astype(np.float32), bias, unit_length=True)
    features = generator.normal(size=(20, 8)).astype(np.float32)
    expected = tempered(head.probabilities(features), 1.7)
    np.testing.assert_allclose(head.at(1.7).probabilities(features), expected, atol=1e-6)


def test_images_of_one_array_may_have_temperatures_of_their_own() -> None:
    probabilities = np.array([[0.8, 0.2], [0.8, 0.2]], dtype=np.float32)
    temperatures = np.array([[2], [1]], dtype=np.float32)
    np.testing.assert_allclose(tempered(probabilities, temperatures), [[2 / 3, 1 / 3], [0.8, 0.2]], rtol=1e-6)


def labels_of(categories: int, each: int) -> TrainingSet:
    rows = np.arange(categories * each)
    return TrainingSet(rows, rows % categories, categories)


def test_every_head_has_a_temperature_that_falls_with_what_there_is() -> None:
    assert set(TEMPERATURES) == {*HEADS, OUTSIDE}
    for head in TEMPERATURES:
        falling = [temperature_of(head, labels_of(*size)) for size in ((6, 1), (6, 10), (60, 10))]
        assert falling[0] >= falling[1] >= falling[2] > 0
        assert falling[0] > falling[2]


def test_fewer_labels_than_were_measured_count_as_the_fewest_that_were() -> None:
    for head in TEMPERATURES:
        assert temperature_of(head, labels_of(2, 1)) == temperature_of(head, labels_of(FEWEST, 1))


def test_propagation_is_made_surer_in_the_pool_and_its_linear_head_less_sure_outside() -> None:
    features, group = blobs(6, 60, dimensions=32, noise=0.4, seed=1)
    order = np.random.default_rng(0).permutation(len(group))
    features, group = features[order], group[order]
    rows = np.concatenate([np.flatnonzero(group[:POOL] == category)[:3] for category in range(6)])
    model = fitted("propagation", embedding_of(features), rows, group)
    change = model.confidences.max(axis=1) - model.probabilities.max(axis=1)
    assert change[:POOL].mean() > 0 > change[POOL:].mean()


def test_the_default_head_says_what_it_said_less_surely() -> None:
    features, group = blobs(4, 75, dimensions=32, noise=0.35, seed=3)
    order = np.random.default_rng(0).permutation(len(group))
    features, group = features[order], group[order]
    rows = np.array([int(np.flatnonzero(group == category)[0]) for category in range(4)])
    model = fitted(FrozenFinetune().head, embedding_of(features), rows, group)
    assert model.confidences.max(axis=1).mean() < model.probabilities.max(axis=1).mean()
    np.testing.assert_array_equal(model.confidences.argmax(axis=1), model.probabilities.argmax(axis=1))
