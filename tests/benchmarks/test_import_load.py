"""The benchmark of imports, small: its pictures are what it says, its figures of an import that worked."""

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from benchmarks.import_images import expected, picture, write_folder, write_zip
from benchmarks.import_load import AGAIN, check, limit, prepare, report, run

COUNT = 240


def test_as_many_pictures_are_distinct_as_it_says() -> None:
    images, duplicates, broken = expected(COUNT)
    assert (images, duplicates, broken) == (232, 6, 2)
    hashes = {sha256(picture(number)).hexdigest() for number in range(COUNT)}
    assert len(hashes) == images + broken


def test_it_imports_what_it_made_and_notices_what_is_missing(tmp_path: Path) -> None:
    folder, data = tmp_path / "pictures", tmp_path / "data"
    folder.mkdir()
    write_folder(folder, COUNT)
    prepare(data)
    at_most = limit(folder, COUNT)
    results = [
        run(case, source, COUNT, data, at_most)
        for case, source in (("zip", write_zip(folder, COUNT)), (AGAIN, folder))
    ]
    for result in results:
        check(result, data)
        assert result.processor > 0
        assert result.memory > 20 * 1024**2
    assert f"| zip | {COUNT} |" in report(results)
    with pytest.raises(SystemExit, match="instead of"):
        check(replace(results[0], report={"created": 1}), data)
