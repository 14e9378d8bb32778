"""`experiments/paper`: every table and figure runs at the smallest scale, and is whole at the others."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from ml.config import BundledEncoder
from ml.images.digits import NAME, TEST_PER_DIGIT, write_digits
from ml.lab import cli
from ml.lab.axis import GridEncoder
from ml.lab.grid import Grid, cells_of, read_grid
from ml.lab.published import read_published
from ml.messages import EncoderFile

PAPER = Path(__file__).parents[3] / "experiments" / "paper"
TABLES = [f"table{number}" for number in range(1, 7)]
FIGURES = ["figure1", "figure2", "figure4", "figure5"]
SCALES = ("smoke", "small", "full")


def encoders(grid: Grid) -> list[GridEncoder]:
    """Return the encoders of `grid`; files that it names need not be there."""
    files = [GridEncoder(each.name, EncoderFile(spec=BundledEncoder())) for each in grid.encoders]
    return [*files, *(GridEncoder(each.name, pretraining=each) for each in grid.pretrainings)]


def test_there_is_a_file_for_every_table_and_figure() -> None:
    assert sorted(path.stem for path in PAPER.glob("*.toml")) == sorted([*TABLES, *FIGURES, "scales"])


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("name", [*TABLES, *FIGURES])
def test_every_scale_of_a_file_is_whole(name: str, scale: str) -> None:
    grid = read_grid(PAPER / f"{name}.toml", scale)
    cells = cells_of(grid, encoders(grid))
    assert {cell.experiment.config.finetune.kind for cell in cells} != {"frozen"}
    assert all(max(grid.at) <= sum(cell.experiment.config.schedule) for cell in cells)
    known = {label for cell in cells for label in (cell.experiment.label, cell.experiment.encoder_label)}
    assert grid.against in known
    if scale == "small":
        assert {collection.name for collection in grid.chosen} <= {"eurosat", "cifar10"}
        steps = {each.steps for each in grid.pretrainings if each.config.mode != "uf"}
        assert len(steps) == 1  # all systems get the same
    for each in grid.pretrainings:
        if each.initial is not None and each.config.learning_rate is not None:
            assert each.config.learning_rate == pytest.approx(each.initial.config.learning_rate / 10)
    if name in TABLES:
        assert grid.published is not None
        published = read_published(PAPER / grid.published)
        if scale == "full":
            names = {collection.name for collection in grid.chosen}
            assert {row["images"] for row in published.rows} == names
            theirs = {row["encoder"] for row in published.rows}
            ours = {cell.experiment.encoder_label for cell in cells}
            assert ours <= theirs or name == "table2"  # more encoders make a surer correlation


def write_few_test_digits(directory: Path) -> None:
    """Write the digits with a tenth of their test images: every model of every step is measured on these."""
    write_digits(directory)
    for folder in (directory / "test").iterdir():
        for path in sorted(folder.iterdir())[TEST_PER_DIGIT // 10 :]:
            path.unlink()


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_every_table_and_figure_runs_at_the_smallest_scale(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("EIGENLABEL_DATASETS", raising=False)
    write_few_test_digits(tmp_path / "cache" / NAME)
    for name in [*TABLES, *FIGURES]:
        words = ("--scale", "smoke", "--out", str(tmp_path / name), "--cache", str(tmp_path / "cache"))
        told = CliRunner().invoke(cli.app, ["run", str(PAPER / f"{name}.toml"), *words])
        assert told.exit_code == 0, told.output
        table = (tmp_path / name / "table.md").read_text()
        assert "| mnist-5000" in table
        assert "±" in table
        assert ("Published" in table) == (name in TABLES)
        assert list((tmp_path / name).glob("plot-*.png"))
    assert "| BCubed precision |" in (tmp_path / "table2" / "table.md").read_text()
    assert (tmp_path / "table2" / "clusters.png").exists()
    assert (tmp_path / "figure1" / "projection-mnist-5000.png").exists()
    # Files share what they train: VUP and TUP of one seed are one encoder each.
    names = [
        path.read_text().split('"')[3] for path in (tmp_path / "cache" / "encoders").glob("*/details.json")
    ]
    assert names.count("VUP") == names.count("TUP") == 1
