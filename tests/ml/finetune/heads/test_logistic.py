"""The linear head works from one label per class on."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.finetune.heads.linear import standardisation
from ml.finetune.heads.logistic import fit_logistic
from tests.ml.blobs import blobs


def test_one_label_per_class_separates_clear_groups() -> None:
    features, group = blobs(5, 40, dimensions=64, noise=0.02)
    labelled = np.arange(0, 200, 40)
    head = fit_logistic(features[labelled] * 12 + 3, group[labelled], 5, reference=features * 12 + 3)
    probabilities = head.probabilities(features * 12 + 3)
    assert (probabilities.argmax(axis=1) == group).all()


@pytest.mark.parametrize("seen", [[0], [3], [1, 4], [0, 2, 3]])
def test_categories_without_labels_have_probability_zero(seen: list[int]) -> None:
    features, group = blobs(5, 20)
    labelled = np.flatnonzero(np.isin(group, seen))
    probabilities = fit_logistic(features[labelled], group[labelled], 5, reference=features).probabilities(
        features
    )
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)
    assert (probabilities[:, sorted(set(range(5)) - set(seen))] == 0).all()
    own = np.isin(group, seen)
    assert (probabilities[own].argmax(axis=1) == group[own]).all()


def test_weaker_regularisation_is_surer() -> None:
    features, group = blobs(3, 20, noise=0.2)
    weak, strong = (
        fit_logistic(features, group, 3, reference=features, regularisation=c)
        .probabilities(features)
        .max(axis=1)
        .mean()
        for c in (10.0, 0.01)
    )
    assert weak > strong


@settings(max_examples=25)
@given(scale=st.floats(0.01, 100))
def test_predictions_do_not_depend_on_the_length_of_the_features(scale: float) -> None:
    features, group = blobs(3, 10, noise=0.3)
    plain = fit_logistic(features[::4], group[::4], 3, reference=features).probabilities(features)
    longer = features * np.linspace(1, scale, len(features), dtype=np.float32)[:, None]
    probabilities = fit_logistic(longer[::4], group[::4], 3, reference=longer).probabilities(longer)
    np.testing.assert_allclose(probabilities, plain, atol=1e-2)


def test_more_labels_than_dimensions() -> None:
    features, group = blobs(3, 50, dimensions=4)
    head = fit_logistic(features, group, 3, reference=features)
    assert (head.probabilities(features).argmax(axis=1) == group).mean() > 0.95


def test_standardised_features_have_unit_mean_square_length() -> None:
    features, _ = blobs(3, 30)
    standard = standardisation(features * 9 + 4, unit_length=False).apply(features * 9 + 4)
    np.testing.assert_allclose(standard.mean(axis=0), 0, atol=1e-5)
    assert np.square(standard).sum(axis=1).mean() == pytest.approx(1, rel=1e-4)


def test_identical_features_do_not_divide_by_zero() -> None:
    same = np.ones((4, 3), dtype=np.float32)
    head = fit_logistic(same, np.array([0, 1, 0, 1]), 2, reference=same)
    np.testing.assert_allclose(head.probabilities(same), 0.5, atol=1e-3)
