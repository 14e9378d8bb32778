"""The benchmark of exports, small: it finds the api by its port, and its figures are of real downloads."""

import os
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from app.exports.formats import FORMATS
from benchmarks.exports import listener, main
from tests.app.live_server import serving


@pytest.fixture
def port(engine: Engine) -> Iterator[int]:
    with serving() as port:
        yield port


def test_the_process_that_listens_is_found_by_its_port(port: int) -> None:
    assert listener(port) == os.getpid()


def test_every_export_of_a_size_is_taken(
    port: int, engine: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    place = engine.url.render_as_string(hide_password=False)
    main([f"http://127.0.0.1:{port}", "--seed", place, "--sizes", "1000"])
    told = capsys.readouterr().out.splitlines()
    rows = {cells[1].strip(): cells for line in told if len(cells := line.split("|")) > 3}
    assert {*FORMATS, "report"} < set(rows)
    assert {rows[form][2].strip() for form in FORMATS} == {"1,000"}
    assert int(rows["imagefolder"][6]) >= 950 * 3000 // 2**20


def test_nobody_behind_a_port_is_said() -> None:
    with pytest.raises(RuntimeError, match="nobody listens"):
        listener(1)
