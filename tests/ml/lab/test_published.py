"""Published figures beside ours, and clustering quality beside accuracy."""

from pathlib import Path

import pytest

from ml.errors import UnusableInputError
from ml.lab.clustering_report import clustering_report
from ml.lab.clusters import FIGURES
from ml.lab.experiment import ResultFile
from ml.lab.published import read_published
from ml.lab.tables import markdown
from tests.ml.lab.conftest import Make

PAPER = Path(__file__).parents[3] / "experiments" / "paper" / "published"


def named(result: ResultFile, name: str, precision: float = 0.5) -> ResultFile:
    """Return `result` of an encoder called `name`, with that BCubed precision in each run."""
    clusters = dict.fromkeys(FIGURES, precision)
    runs = [run.model_copy(update={"clusters": clusters}) for run in result.runs]
    experiment = result.experiment.model_copy(
        update={"encoder_name": name, "weights": name, "weights_sha256": name}
    )
    return result.model_copy(update={"experiment": experiment, "runs": runs})


def test_published_figures_stand_beside_ours_where_all_names_agree(tmp_path: Path, make_result: Make) -> None:
    path = tmp_path / "figures.csv"
    path.write_text("# Published\n# (elsewhere).\nimages,encoder,+0,+1\nset,VUP,11.1,22.2\nother,TUP,33.3,\n")
    published = read_published(path)
    results = [named(make_result("random", [[0.1, 0.2]]), name) for name in ("VUP", "TUP")]
    table = markdown(results, [0, 1], against="VUP", published=published)
    assert "| set | VUP | logistic | random | 1 | 10.0 ± 0.0 [11.1] | 20.0 ± 0.0 [22.2] |" in table
    assert (
        "| set | TUP | logistic | random | 1 | 10.0 ± 0.0 (+0.0 ± 0.0) | 20.0 ± 0.0 (+0.0 ± 0.0) |" in table
    )
    assert "difference to VUP with the same head and strategy" in table
    assert published.markdown().splitlines() == [
        "Published (elsewhere).",
        "",
        "| images | encoder | 1+0 | 1+1 |",
        "| --- | --- | --- | --- |",
        "| set | VUP | 11.1 | 22.2 |",
        "| other | TUP | 33.3 |  |",
    ]


@pytest.mark.parametrize(
    "text", ["images,encoder,+1\nset,VUP,much\n", 'images,encoder\n"set\n', "a,b\n1,2,3\n"]
)
def test_a_file_that_holds_no_figures_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "figures.csv").write_text(text)
    with pytest.raises(UnusableInputError, match="is not a table of published figures"):
        read_published(tmp_path / "figures.csv")
    with pytest.raises(UnusableInputError, match="cannot be read"):
        read_published(tmp_path / "absent.csv")


def test_the_published_means_of_table_3_are_left_out() -> None:
    rows = read_published(PAPER / "table3.csv").rows
    own = [float(row["+9"]) for row in rows if (row["encoder"], row["strategy"]) == ("TUP", "oracle")]
    assert len(own) == 9
    assert sum(own) / 9 == pytest.approx(74.15, abs=0.01)  # the one mean that the paper prints correctly
    assert {row["images"] for row in rows} >= {"dtd", "stl10", "pets37"}


def test_clustering_stands_beside_accuracy_with_its_correlation(make_result: Make) -> None:
    given = (("A", 0.2, 0.3), ("B", 0.4, 0.5), ("C", 0.6, 0.7))
    results = [named(make_result("random", [[0.1, value]]), name, share) for name, share, value in given]
    report = clustering_report(results, [0, 1])
    assert "| set | B | logistic | random | 40.0 | 40.0 | 40.0 | 40.0 | 40.0 | 10.0 | 50.0 |" in report
    assert "at +1 correlate by r = 1.00 (Pearson), 1.00 (Spearman) over 3 rows" in report
    assert "correlate" not in clustering_report(results[:2], [1])
