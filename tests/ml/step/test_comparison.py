"""Labels left out in turn, on cases that can be done by hand."""

from pathlib import Path

import numpy as np

from ml.config import FrozenFinetune
from ml.messages import ImageFile
from ml.step.comparing import CompareRequest
from ml.step.comparison import LABELS, NOT_MEASURED, ONE_BY_ONE, OTHERS, compared, folds_of, guessed

MEANS = FrozenFinetune(head="nearest_mean")


def test_each_label_is_guessed_from_the_others() -> None:
    """Two categories east and west, and one image of the west that lies in the east.

    Without it the mean of its category is west, so that it is taken for the other one. The label that is
    alone in its category and the image without a label are not measured.
    """
    places = [[9, 1], [9, -1], [8, 1], [-9, 1], [-9, -1], [-8, 0], [8, -1], [0, 9], [1, 1]]
    labels = np.array([0, 0, 0, 1, 1, 1, 1, 2, -1])
    found = guessed(MEANS, np.array(places, dtype=np.float32), labels)
    assert found.tolist() == [0, 0, 0, 1, 1, 1, 0, NOT_MEASURED, NOT_MEASURED]


def test_one_category_cannot_be_guessed() -> None:
    features = np.eye(4, dtype=np.float32)
    assert (guessed(MEANS, features, np.array([0, 0, 0, 1])) == NOT_MEASURED).all()


def test_few_labels_are_left_out_one_by_one_and_more_in_folds() -> None:
    few = np.repeat([0, 1], ONE_BY_ONE // 2)
    assert sorted(folds_of(few)) == list(range(ONE_BY_ONE))
    many = np.array([0] * 2 + [1] * 100 + [2] + [-1] * 5)
    folds = folds_of(many)
    assert len(set(folds[:2])) == 2, "one of the two is always learned from"
    assert np.bincount(folds[2:102]).tolist() == [10] * 10
    assert (folds[102:] == -1).all()


def test_labels_of_rare_categories_come_first(tmp_path: Path) -> None:
    pool = [ImageFile(id=f"i{n}", sha256=f"{n * 7919 % 2000:064x}", path="x") for n in range(2000)]
    labels = {f"i{n}": 0 for n in range(900)} | {f"i{n}": 1 for n in range(900, 910)}
    request = {"pool": pool, "labels": labels, "seconds": 1, "cache_directory": tmp_path}
    found = compared(CompareRequest(encoder={"spec": {"kind": "bundled"}}, **request))
    chosen = {image.id for image in found}
    assert len(found) == len(chosen) == LABELS + OTHERS
    assert sum(each in labels for each in chosen) == LABELS
    assert {f"i{n}" for n in range(900, 910)} <= chosen
