"""The table's figures by hand, and what stands beside what."""

import pytest

from ml.lab.tables import markdown, schedule_text
from tests.ml.lab.conftest import Make


def rows(text: str) -> list[list[str]]:
    """Return the cells of the table in `text`, its header first."""
    lines = [line for line in text.splitlines() if line.startswith("| ") and "---" not in line]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_standard_deviation_and_the_standard_error_of_paired_differences(make_result: Make) -> None:
    random = make_result("random", [[0.1, 0.50], [0.1, 0.60], [0.1, 0.70], [0.1, 0.80]])
    margin = make_result("margin", [[0.1, 0.51], [0.1, 0.63], [0.1, 0.71], [0.1, 0.83]])
    text = markdown([random, margin], [1])
    # Differences 1, 3, 1, 3: mean 2, standard deviation 2 / sqrt(3), over sqrt(4) 0.58.
    assert rows(text) == [
        ["images", "head", "strategy", "seeds", "1+1"],
        ["set", "logistic", "random", "4", "65.0 ± 12.9"],
        ["set", "logistic", "margin", "4", "67.0 ± 13.5 (+2.0 ± 0.6)"],
    ]
    assert "its standard error" in text.splitlines()[0]


def test_only_seeds_that_both_have_are_paired(make_result: Make) -> None:
    random, margin = make_result("random", [[0.1], [0.3]]), make_result("margin", [[0.2], [0.4], [0.9]])
    assert rows(markdown([random, margin], [0]))[2][-1] == "50.0 ± 36.1 (+10.0 ± 0.0)"


def test_the_control_has_the_same_head_and_collection(make_result: Make) -> None:
    results = [
        make_result("margin", [[0.5]], head="ridge"),
        make_result("random", [[0.4]], head="ridge", name="other"),
        make_result("random", [[0.4]]),
        make_result("margin", [[0.7]]),
    ]
    found = rows(markdown(results, [0]))[1:]
    assert [cells[:3] for cells in found] == [
        ["set", "ridge", "margin"],
        ["set", "logistic", "random"],
        ["set", "logistic", "margin"],
        ["other", "ridge", "random"],
    ]
    assert [cells[-1] for cells in found] == [
        "50.0 ± 0.0",
        "40.0 ± 0.0",
        "70.0 ± 0.0 (+30.0 ± 0.0)",
        "40.0 ± 0.0",
    ]


def test_anything_can_be_the_control(make_result: Make) -> None:
    results = [make_result("random", [[0.4]]), make_result("usl", [[0.5]])]
    text = markdown(results, [0], against="usl")
    assert [cells[-1] for cells in rows(text)[1:]] == ["40.0 ± 0.0 (-10.0 ± 0.0)", "50.0 ± 0.0"]
    assert "difference to usl" in text


def test_classes_found_are_counted_and_accuracy_is_in_per_cent(make_result: Make) -> None:
    cold = make_result("random", [[0.4, 0.5]], seen=2, indicators=False)
    assert rows(markdown([cold], [1], "seen")) == [
        ["images", "head", "strategy", "seeds", "0+1"],
        ["set", "logistic", "random", "1", "2.0 ± 0.0"],
    ]
    assert rows(markdown([cold], [1], "mean_class"))[1][-1] == "25.0 ± 0.0"
    cold.metric = "mean_class"
    assert rows(markdown([cold], [1]))[1][-1] == "25.0 ± 0.0"


def test_schedules_are_told_apart(make_result: Make) -> None:
    results = [make_result("random", [[0.1, 0.2]]), make_result("random", [[0.1, 0.2, 0.3]])]
    found = rows(markdown(results, [0, 2]))
    assert found[0][2] == "schedule"
    assert [cells[2] for cells in found[1:]] == ["1", "2x1"]
    assert [cells[-1] for cells in found[1:]] == ["", "30.0 ± 0.0"]


@pytest.mark.parametrize(
    ("schedule", "text"),
    [([1] * 9, "9x1"), ([4, 5], "4, 5"), ([1, 1, 2, 1], "2x1, 2, 1"), ([3], "3")],
)
def test_schedules_in_short(schedule: list[int], text: str) -> None:
    assert schedule_text(schedule) == text
