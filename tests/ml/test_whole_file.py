"""A file appears whole or not at all."""

from pathlib import Path

import pytest

from ml.whole_file import written_whole


def test_two_writers_of_one_file_do_not_meet(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with written_whole(path) as first:
        first.write_text("first")
        with written_whole(path) as second:
            second.write_text("second")
            assert not path.exists()
        assert path.read_text() == "second"
    assert (path.read_text(), list(tmp_path.iterdir())) == ("first", [path])


def test_one_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("before")

    def fail() -> None:
        with written_whole(path) as partial:
            partial.write_text("half")
            raise FileNotFoundError

    with pytest.raises(FileNotFoundError):
        fail()
    assert (path.read_text(), list(tmp_path.iterdir())) == ("before", [path])
