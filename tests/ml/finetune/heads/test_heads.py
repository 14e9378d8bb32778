"""Every head of a frozen encoder, through the function that chooses one by name."""

from typing import get_args

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression, Ridge

from ml.config import FrozenFinetune
from ml.encoders.embed import Embedding
from ml.features.vectors import l2_normalised
from ml.finetune.frozen import combined, fit_frozen
from ml.finetune.heads.linear import standardisation
from ml.finetune.heads.logistic import DEFAULT_STRENGTH
from ml.finetune.heads.pseudo_logistic import WEIGHT, Weighting, balancing, fit_pseudo_logistic
from ml.finetune.heads.ridge import DEFAULT_PENALTY, SHARPNESS, fit_ridge
from ml.finetune.model import StepModel
from ml.finetune.training_set import TrainingSet
from ml.neighbours.graphs import build_graphs
from tests.ml.blobs import blobs

HEADS = get_args(FrozenFinetune.model_fields["head"].annotation)
POOL = 150


def embedding_of(features: NDArray[np.float32], unreadable: list[int] | None = None) -> Embedding:
    broken = np.zeros(len(features), dtype=np.bool_)
    broken[unreadable or []] = True
    features = np.where(broken[:, None], np.float32(0), features)
    return Embedding(features, broken, image_size=8, computed=0, seconds=1.0)


def fitted(name: str, embedding: Embedding, rows: NDArray[np.int64], group: NDArray[np.int64]) -> StepModel:
    graphs = build_graphs(l2_normalised(embedding.features[:POOL]))
    training = TrainingSet(rows, group[rows], 7)
    return fit_frozen(FrozenFinetune.model_validate({"head": name}), embedding, training, graphs, POOL)


@pytest.mark.parametrize("name", HEADS)
def test_one_label_per_category_names_pool_and_test_images(name: str) -> None:
    features, group = blobs(5, 40, dimensions=32, noise=0.05)
    order = np.random.default_rng(0).permutation(200)
    features, group = features[order] * 7, group[order]
    rows = np.array([int(np.flatnonzero(group == k)[0]) for k in range(5)])
    model = fitted(name, embedding_of(features, unreadable=[int(rows.max()) + 1]), rows, group)
    probabilities = model.probabilities
    assert (probabilities.dtype, probabilities.shape) == (np.float32, (200, 7))
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)
    assert (probabilities[:, 5:] == 0).all()
    right = probabilities.argmax(axis=1) == group
    right[rows.max() + 1] = True
    assert right.all()
    # What is exported is the linear head: it has to answer alike where there is no pool.
    np.testing.assert_allclose(
        model.confidences[POOL:], model.head.probabilities(model.features[POOL:]), atol=1e-6
    )


@pytest.mark.parametrize("name", HEADS)
def test_a_single_category_is_certain(name: str) -> None:
    features, group = blobs(2, 100)
    model = fitted(name, embedding_of(features), np.array([3, 4]), group)
    np.testing.assert_allclose(model.probabilities[:, 0], 1)


def test_the_unlabelled_pool_helps_where_groups_are_long() -> None:
    """Two arcs end close to each other's label: only the chain of neighbours tells them apart."""
    angles = np.concatenate([np.linspace(0, 1.2, 75), np.linspace(1.5, 2.7, 75)])
    features = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    group = np.repeat([0, 1], 75)
    rows = np.array([0, 75])
    accuracy = {
        name: (fitted(name, embedding_of(features), rows, group).probabilities.argmax(axis=1) == group).mean()
        for name in ("logistic", "propagation")
    }
    assert accuracy["propagation"] == 1
    assert accuracy["logistic"] < 0.9


def test_ridge_is_that_of_scikit_learn() -> None:
    features, group = blobs(3, 30, noise=0.3)
    rows = np.arange(0, 90, 7)
    head = fit_ridge(features[rows], group[rows], 3, reference=features)
    inputs = standardisation(features, unit_length=True).apply(features)
    oracle = Ridge(DEFAULT_PENALTY, fit_intercept=False)
    wanted = np.eye(3)[group[rows]]
    oracle.fit(inputs[rows], wanted - wanted.mean(axis=0))
    logits = SHARPNESS * (oracle.predict(inputs) + wanted.mean(axis=0))
    own = l2_normalised(features) @ head.weight.T + head.bias
    np.testing.assert_allclose(own, logits, atol=1e-3)


def test_pseudo_logistic_is_scikit_learns_where_the_belief_is_certain() -> None:
    features, group = blobs(4, 30, noise=0.4)
    rows = np.arange(120)
    shares = np.eye(4, dtype=np.float32)[group]
    head = fit_pseudo_logistic(features, shares, rows, group, reference=features, regularisation=0.01)
    inputs = standardisation(features, unit_length=True).apply(features)
    oracle = LogisticRegression(C=0.01 * DEFAULT_STRENGTH * WEIGHT, max_iter=2000, tol=1e-8).fit(
        inputs, group
    )
    np.testing.assert_allclose(head.probabilities(features), oracle.predict_proba(inputs), atol=5e-3)


def test_a_large_pool_is_sampled_but_every_label_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ml.finetune.heads.pseudo_logistic.SAMPLE", 40)
    features, group = blobs(4, 100, noise=0.1)
    group[399] = 4
    shares = np.eye(5, dtype=np.float32)[np.minimum(group, 3)]
    rows = np.array([0, 100, 200, 300, 399])
    head = fit_pseudo_logistic(features, shares, rows, group[rows], reference=features)
    predicted = head.probabilities(features).argmax(axis=1)
    assert predicted[399] == 4
    assert (predicted == group).mean() > 0.9


def test_images_of_a_frequent_category_count_for_less() -> None:
    """Sizes 3 and 1, mean 2: with a power of 1/2 factors are sqrt(2 / 3) and sqrt(2)."""
    answers, weights = np.array([0, 0, 0, 2]), np.ones(4, dtype=np.float32)
    expected = np.sqrt([2 / 3, 2 / 3, 2 / 3, 2])
    np.testing.assert_allclose(balancing(answers, weights, 0.5), expected, rtol=1e-6)
    np.testing.assert_array_equal(balancing(answers, weights, 0), np.ones(4))
    np.testing.assert_array_equal(balancing(answers, np.zeros(4, dtype=np.float32), 0), np.ones(4))


def test_two_graphs_and_a_classifier_are_believed_together() -> None:
    shares, others, guesses = (np.array([[first, 1 - first]], dtype=np.float32) for first in (0.8, 0.4, 0.64))
    first, second = 0.8 * 0.4 * 0.8, 0.2 * 0.6 * 0.6
    np.testing.assert_allclose(combined(shares, others, guesses)[0, 0], first / (first + second), rtol=1e-6)


def test_a_label_that_counts_five_times_is_five_labels() -> None:
    features, group = blobs(3, 20, noise=0.6, seed=2)
    rows = np.array([0, 20, 40])
    belief = np.full((60, 3), 1 / 3, dtype=np.float32)  # margins of 0: nothing is believed
    five = fit_pseudo_logistic(
        features, belief, rows, group[rows], reference=features, weighting=Weighting(label=5.0)
    )
    once = fit_pseudo_logistic(features, belief, rows, group[rows], reference=features)
    np.testing.assert_allclose(five.probabilities(features), once.probabilities(features), atol=1e-3)
    belief[1] = (0, 0, 1)  # beside it a label that counts for more is believed more
    pair = [
        fit_pseudo_logistic(features, belief, rows, group[rows], reference=features, weighting=Weighting(w))
        for w in (1.0, 5.0)
    ]
    own = [head.probabilities(features[:1])[0, 0] for head in pair]
    assert own[1] > own[0]


def test_a_rare_category_is_not_drowned() -> None:
    """Two groups of 140 and 10 images run into each other, with a label each, the frequent one's far out."""
    generator = np.random.default_rng(0)
    angles = np.concatenate([generator.normal(0, 0.35, 140), generator.normal(1.3, 0.35, 10)])
    features = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    group = np.repeat([0, 1], [140, 10])
    rows = np.array([int(angles[:140].argmin()), 140 + int(np.abs(angles[140:] - 1.3).argmin())])
    recalls = [
        (fitted(name, embedding_of(features), rows, group).probabilities[140:].argmax(axis=1) == 1).mean()
        for name in ("propagation_logistic", "balanced_propagation")
    ]
    assert recalls[1] >= recalls[0]
