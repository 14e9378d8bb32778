"""A round as people play it: over HTTP, against the service as it is started by `eigenlabel serve`."""

import csv
import io
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from tests.service.conftest import POOL_PER_DIGIT, TEST_PER_DIGIT
from tests.service.oracle import DIGITS, Oracle, digit_of
from tests.service.service import Service


def test_a_round_from_import_to_export(service: Service, oracle: Oracle) -> None:
    counts = oracle.call("GET", f"/projects/{oracle.project}")["counts"]
    assert (counts["pool"], counts["test"], counts["truths"]) == (
        10 * POOL_PER_DIGIT,
        10 * TEST_PER_DIGIT,
        10 * TEST_PER_DIGIT,
    )
    encoder = oracle.bundled_encoder()
    oracle.give_indicators()
    started = oracle.start_round(encoder, [1, 1])
    oracle.play(started["id"])
    finished = oracle.call("GET", f"/rounds/{started['id']}")
    assert (finished["state"], finished["step"], finished["error"]) == ("done", 2, None)
    assert finished["asked"] == finished["labelled"] == finished["budget"] == 20
    check_steps(oracle, started["id"])
    check_exports(oracle, started["id"])
    for pid in service.pids("worker.service.launch"):
        assert "libtorch" not in Path(f"/proc/{pid}/maps").read_text(), "only the child may load torch"


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_one_plus_nine_labels_per_digit_tell_most_digits_apart(
    administrator: Oracle, all_digits: Path
) -> None:
    oracle = Oracle(administrator.api)
    oracle.new_project()
    oracle.import_folder(all_digits / "pool", "pool")
    oracle.import_folder(all_digits / "test", "test", labels="truth")
    encoder = oracle.bundled_encoder()
    oracle.give_indicators()
    started = oracle.start_round(encoder, [1] * 9)
    oracle.play(started["id"], seconds=1200)
    finished = oracle.call("GET", f"/rounds/{started['id']}")
    assert finished["state"] == "done"
    assert finished["asked"] == finished["labelled"] == finished["budget"] == 90
    steps = oracle.call("GET", f"/rounds/{started['id']}/steps")
    curve = [step["accuracy"]["top1"] for step in steps]
    assert [step["labels"] for step in steps] == list(range(10, 101, 10))
    assert curve[-1] > 0.7
    assert curve[-1] > curve[4] > curve[0]


def check_steps(oracle: Oracle, round_id: str) -> None:
    """Check the curve: the indicators alone, and one point per step, each with its figures."""
    steps = oracle.call("GET", f"/rounds/{round_id}/steps")
    assert [(step["index"], step["asked"], step["labels"]) for step in steps] == [
        (0, 0, 10),
        (1, 10, 20),
        (2, 10, 30),
    ]
    for step in steps:
        assert step["state"] == "done"
        assert step["accuracy"]["images"] == 10 * TEST_PER_DIGIT
        assert step["accuracy"]["top1"] > 0.2
        assert step["seconds"]["embed"] > 0
    assert [step["prequential"] is None for step in steps] == [True, False, False]


def check_exports(oracle: Oracle, round_id: str) -> None:
    """Check that labels, predictions and the model can be taken away and agree with what was done."""
    answer = oracle.api.get(f"/projects/{oracle.project}/export", params={"format": "csv"})
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 10 * (POOL_PER_DIGIT + TEST_PER_DIGIT)
    labelled = [row for row in rows if row["category"]]
    assert Counter(row["kind"] for row in labelled) == {"indicator": 10, "query": 20}
    assert all(row["category"] == digit_of(row["filename"]) for row in labelled)
    predictions = oracle.items(f"/projects/{oracle.project}/predictions")
    assert len(predictions) == len(rows)
    assert {prediction["category"] for prediction in predictions} <= set(DIGITS)
    model = oracle.api.get(f"/rounds/{round_id}/model")
    names = zipfile.ZipFile(io.BytesIO(model.content)).namelist()
    assert {"model.safetensors", "model.json", "encoder.safetensors"} <= set(names)
