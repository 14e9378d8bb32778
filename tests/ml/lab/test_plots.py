"""Pictures: every line has a style of its own, whatever the strategies are called."""

from pathlib import Path

import pytest
from PIL import Image

from ml.errors import UnusableInputError
from ml.lab.choices import STRATEGIES
from ml.lab.drawing import line_of, mark_of
from ml.lab.experiment import ORACLE
from ml.lab.plots import chosen, draw, line_names
from tests.ml.lab.conftest import Make


def test_styles_do_not_repeat_early() -> None:
    assert len({line_of(index) for index in range(28)}) == 28
    assert len({mark_of(index) for index in range(49)}) == 49


def test_every_strategy_can_be_drawn(make_result: Make, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    names = [name for name in STRATEGIES if name != ORACLE]
    results = [make_result(name, [[0.1, 0.2], [0.2, 0.4]]) for name in names]
    draw(results, None, tmp_path / "one.png")
    draw([make_result("random", [[0.1, 0.2]], name=name) for name in "abc"], "seen", tmp_path / "three.png")
    one, three = (Image.open(tmp_path / f"{name}.png") for name in ("one", "three"))
    assert (three.width > one.width, three.height > one.height) == (True, True)
    # Lines were drawn: the picture has the palette's first colour in it.
    assert (0x00, 0x72, 0xB2) in one.convert("RGB").get_flattened_data()


def test_strategies_and_heads_are_chosen(make_result: Make) -> None:
    results = [
        make_result(kind, [[0.1]], head=head) for kind in ("random", "usl") for head in ("ridge", "logistic")
    ]
    names = [(r.experiment.label, r.experiment.head) for r in chosen(results, ["usl"], [])]
    assert names == [("usl", "ridge"), ("usl", "logistic")]
    assert len(chosen(results, [], ["ridge"])) == 2
    assert chosen(results, [], []) == results
    with pytest.raises(UnusableInputError, match="magic; there are: random; usl"):
        chosen(results, ["magic"], [])


def test_lines_are_named_by_what_differs(make_result: Make) -> None:
    random, ridge = make_result("random", [[0.1, 0.2]]), make_result("random", [[0.1, 0.2]], head="ridge")
    longer = make_result("random", [[0.1, 0.2, 0.3]])
    elsewhere = make_result("usl", [[0.1, 0.2, 0.3]], name="other")
    assert line_names([random, elsewhere]) == ["random", "usl"]
    assert line_names([random, ridge]) == ["random · logistic", "random · ridge"]
    assert line_names([random, longer]) == ["random · 1", "random · 2x1"]


def test_a_result_without_runs_is_named(make_result: Make, tmp_path: Path) -> None:
    empty = make_result("usl", [[0.1]]).model_copy(update={"runs": []})
    with pytest.raises(UnusableInputError, match="set, usl has no runs"):
        draw([empty], None, tmp_path / "p.png")
