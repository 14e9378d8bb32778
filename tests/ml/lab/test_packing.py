"""Packed results: read as result files are, gone on with, and the same bytes however they came."""

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest

from ml.lab import run_grid
from ml.lab.locks import locked
from ml.lab.packs import NAME, packed
from tests.ml.lab.conftest import Make
from tests.ml.lab.test_run_command import FILES, eigenlab, grid

EXPERIMENTS = Path(__file__).parents[3] / "experiments"
__all__ = ["grid"]


@pytest.fixture
def results(tmp_path: Path, make_result: Make) -> Path:
    """Return a folder with two result files, the older one without the fields that came later."""
    make_result("random", [[0.1, 0.2], [0.3, 0.45]]).save(tmp_path / "set-random.json")
    make_result("max_herding", [[0.1, 0.31], [0.3, 0.5]]).save(tmp_path / "set-max.json")
    document = json.loads((tmp_path / "set-random.json").read_text())
    del document["metric"], document["experiment"]["pool_share"]
    (tmp_path / "set-random.json").write_text(json.dumps(document))
    return tmp_path


def printed(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], *arguments: object) -> str:
    """Return what `eigenlab` prints, on standard error where it fails."""
    code = eigenlab(monkeypatch, *arguments)
    out, err = capfd.readouterr()
    assert "Traceback" not in err
    return f"{code} {err if code else out}"


def test_packed_results_read_like_files(
    results: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    files = sorted(results.glob("*.json"))
    before = printed(monkeypatch, capfd, "table", *files, "--at", "0,1")
    assert "(+" in before
    documents = {file.name: json.loads(file.read_text()) for file in files}
    assert printed(monkeypatch, capfd, "pack", results).startswith(f"0 2 results in {results / NAME}")
    assert [path.name for path in results.iterdir() if path.is_file()] == [NAME]
    assert packed(results / NAME) == documents
    for given in (files, [results], [results / NAME], [results / "set-*.json"], [results / "set-[mr]*"]):
        assert printed(monkeypatch, capfd, "table", *given, "--at", "0,1") == before
    moved = (results / NAME).rename(results / "elsewhere.jsonl.gz")
    assert printed(monkeypatch, capfd, "table", moved, "--at", "0,1") == before
    assert eigenlab(monkeypatch, "plot", moved, "--out", results / "plot.png") == 0
    assert (results / "plot.png").stat().st_size > 10_000


def test_a_pack_is_the_same_bytes_again(results: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = sorted(results.glob("*.json"))
    texts = first.read_text(), second.read_text()
    assert eigenlab(monkeypatch, "pack", results) == 0
    expected = (results / NAME).read_bytes()
    assert gzip.decompress(expected).decode().count("\n") == 2
    (results / NAME).unlink()
    # One after the other, in the other order and laid out in another way.
    for path, text in ((second, texts[1]), (first, json.dumps(json.loads(texts[0]), indent=4))):
        path.write_text(text)
        assert eigenlab(monkeypatch, "pack", results) == 0
    assert (results / NAME).read_bytes() == expected


def test_a_run_goes_on_from_its_pack(grid: Path, folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = grid.with_suffix("")
    command = ("run", grid, "--data", folders, "--cache", folders / "cache")
    assert eigenlab(monkeypatch, *command) == 0
    table = (out / "table.md").read_text()
    assert eigenlab(monkeypatch, "pack", out) == 0
    # Every seed is there: nothing is read, so the data may be gone.
    assert eigenlab(monkeypatch, "run", grid, "--data", "absent") == 0
    assert (out / "table.md").read_text() == table
    assert not list(out.glob("*.json"))

    ran: list[int] = []
    whole = run_grid.simulate

    def counted(experiment: Any, seed: int, *arguments: Any) -> Any:
        ran.append(seed)
        return whole(experiment, seed, *arguments)

    monkeypatch.setattr(run_grid, "simulate", counted)
    before = packed(out / NAME)
    grid.write_text(grid.read_text().replace("seeds = [0, 1]", "seeds = [0, 1, 2]"))
    assert eigenlab(monkeypatch, *command) == 0
    assert ran == [2, 2, 2]
    assert eigenlab(monkeypatch, "pack", out) == 0
    for name in FILES:
        runs = packed(out / NAME)[name]["runs"]
        assert [run["seed"] for run in runs] == [0, 1, 2]
        assert runs[:2] == before[name]["runs"]


def test_nothing_is_lost_by_packing(
    results: Path, make_result: Make, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert eigenlab(monkeypatch, "pack", results) == 0
    before = (results / NAME).read_bytes()
    other = results / "set-random.json"
    make_result("random", [[0.1, 0.2]]).save(other)
    assert "lacks runs" in printed(monkeypatch, capfd, "pack", results)
    make_result("random", [[0.1, 0.2], [0.3, 0.45]], head="ridge").save(other)
    assert "lacks runs" in printed(monkeypatch, capfd, "pack", results)
    other.write_text("[]")
    assert "is not a result file" in printed(monkeypatch, capfd, "pack", results)
    assert other.read_text() == "[]"
    assert (results / NAME).read_bytes() == before


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(b"no gzip", id="not gzip"),
        # A packed time would differ between the processes that collect the tests.
        pytest.param(gzip.compress(b"no JSON", mtime=0), id="not JSON"),
        pytest.param(gzip.compress(b"[1]\n", mtime=0), id="not results"),
    ],
)
def test_a_damaged_pack_is_one_line_of_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], damage: bytes
) -> None:
    (tmp_path / NAME).write_bytes(damage)
    for given in (tmp_path, tmp_path / NAME, tmp_path / "a.json", tmp_path / "*.json"):
        said = printed(monkeypatch, capfd, "table", given)
        assert said == f"2 {tmp_path / NAME} is not a pack of results\n"


def test_a_path_without_results_is_one_line_of_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert printed(monkeypatch, capfd, "table", tmp_path) == f"2 {tmp_path} has no results\n"
    assert printed(monkeypatch, capfd, "pack", tmp_path) == f"2 {tmp_path} has no results\n"
    assert "absent.json is not a result file" in printed(
        monkeypatch, capfd, "table", tmp_path / "absent.json"
    )


@pytest.mark.parametrize("grid", ["2026-11-26/selection", "2026-11-26/schedules", "2026-11-27/cold_start"])
def test_the_tables_of_the_repository_come_from_its_packs(
    grid: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = EXPERIMENTS / grid
    kept = (folder / "table.md").read_text()
    at = ",".join(re.findall(r"\| [01]\+(\d)", kept.split("| --- |")[0]))
    table = printed(monkeypatch, capfd, "table", folder, "--at", at).removeprefix("0 ")
    assert table.count("\n") > 20
    assert kept.startswith(table)


def test_a_folder_that_a_run_is_at_is_not_packed(
    tmp_path: Path, make_result: Make, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    make_result("random", [[0.5, 0.6]]).save(tmp_path / "one.json")
    with locked(tmp_path / "one.json"):
        assert eigenlab(monkeypatch, "pack", tmp_path) == 2
        assert "a run is at" in capfd.readouterr().err
        assert (tmp_path / "one.json").exists()
    assert eigenlab(monkeypatch, "pack", tmp_path) == 0
    assert not (tmp_path / "one.json").exists()
