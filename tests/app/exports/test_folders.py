"""Image folders: names that were given, safe everywhere, and tables that Hugging Face reads."""

import csv
import io
import json
import os
import re
import subprocess
import sys
import unicodedata
import zipfile
from collections import Counter
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import update

from app.core.database import write_session
from app.core.models import Category, Image
from app.exports import file_names
from app.exports.file_names import ImageNames, folder_names
from app.exports.schemas import ExportedImage
from app.images.names import relative_path
from ml.encoders.torchvision_operators import declare_missing
from tests.app.images.files import png, send
from tests.app.labelling_factory import Labelling, make_project

API = "/api/v1"


def image(number: int, path: str, image_format: str = "PNG") -> ExportedImage:
    """Return an exported image of that path."""
    return ExportedImage.model_construct(
        id=str(number), path=path, format=image_format, sha256=f"{number:064x}"
    )


Images = list[tuple[ExportedImage, str]]
"""Images, each with the folder that it goes into."""


def names_of(images: Images) -> list[str]:
    """Return the names of all these images."""
    names = ImageNames()
    for each, folder in images:
        names.add(each, folder)
    return [names.of(each, folder) for each, folder in images]


def named(*paths: str) -> list[str]:
    """Return the names of PNGs with these paths in the folder of cats."""
    return names_of([(image(n, path), "train/cat") for n, path in enumerate(paths)])


def hashed(number: int, extension: str = "png") -> str:
    return f"train/cat/{number:064x}.{extension}"


def test_unique_paths_are_kept_and_others_are_called_by_their_hash() -> None:
    paths = ["site1/0000.png", "site2/0000.png", "0000.png", "0000.png"]
    assert named(*paths) == ["train/cat/site1/0000.png", "train/cat/site2/0000.png", hashed(2), hashed(3)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a/Photo.png", "A/photo.PNG"),
        ("Straße.png", "STRASSE.png"),
        ("x:y.png", "x_y.png"),
        ("a.png", "a.png/b.png"),
        ("ａ.png", "a.png"),
        ("con.png", "_con.png"),
    ],
)
def test_names_that_some_system_takes_for_one_are_called_by_their_hash(one: str, other: str) -> None:
    kept = named(one, other)
    assert kept[0] == hashed(0)
    assert kept[1] in {hashed(1), f"train/cat/{other}"}


@pytest.mark.parametrize(
    ("path", "image_format", "name"),
    [
        ("photo", "JPEG", "photo.jpg"),
        ("photo.jpeg", "JPEG", "photo.jpeg"),
        ("photo.JPG", "JPEG", "photo.JPG"),
        ("photo.dat", "PNG", "photo.dat.png"),
        ("a/con/nul.png", "PNG", "a/_con/_nul.png"),
        ("a. /b.png", "PNG", "a/b.png"),
        ("x;=1.png", "PNG", "x_=1.png"),
        ('a<b>"c|?*.png', "PNG", "a_b__c___.png"),
        ("é" * 150 + ".png", "PNG", None),
        ("/".join("abcdef" * 30) + ".png", "PNG", None),
        (f"{5:064x}.png", "PNG", None),
    ],
)
def test_a_name_is_safe_everywhere(path: str, image_format: str, name: str | None) -> None:
    (kept,) = names_of([(image(7, path, image_format), "train/cat")])
    assert kept == (f"train/cat/{name}" if name else hashed(7))


WORD = st.text(st.sampled_from("aA.: ;con1é\u0301ﬁK\u212a/\\") | st.characters(), max_size=12)

PART = st.sampled_from(
    ["a", "A", "ａ", "é", "e\u0301", "℀", "a／b", "‥", "x.png", "X.PNG", "ß", "ss", f"{1:064x}.png"]
)
PATH = st.lists(PART | WORD, min_size=1, max_size=4).map("/".join)


@example([f"{2:064x}.png/x.png", "a.png", "a.png"], ["cat"])
@given(st.lists(PATH, max_size=8), st.lists(WORD, min_size=1, max_size=3, unique=True))
def test_no_name_leaves_the_folder_or_meets_another(paths: list[str], categories: list[str]) -> None:
    folders = list(folder_names(categories).values())
    images = [
        (image(n, relative_path(path)), f"train/{folders[n % len(folders)]}") for n, path in enumerate(paths)
    ]
    names = names_of(images)
    taken = [unicodedata.normalize("NFC", name).casefold() for name in names]
    assert len(set(taken)) == len(names)
    inner = {str(parent) for name in taken for parent in PurePosixPath(name).parents}
    assert not inner & set(taken)
    for name, (_, folder) in zip(names, images, strict=True):
        assert name.startswith(f"{folder}/")
        for part in name.split("/"):
            assert part not in {"", ".", ".."}
            assert part == part.strip()
            assert not part.startswith(".")
            assert not part.endswith(".")
            assert not re.search(r'[\x00-\x1f\\:*?"<>|]', part)
            assert not re.fullmatch(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", part, re.IGNORECASE)
            assert len(part.encode()) <= 255


@given(st.lists(st.tuples(PATH, st.sampled_from(["train/cat", "train/a", "test/cat"])), max_size=12))
def test_names_are_those_that_a_look_at_all_of_them_gives(wanted: list[tuple[str, str]]) -> None:
    images = [(image(n, relative_path(path)), folder) for n, (path, folder) in enumerate(wanted)]
    assert names_of(images) == names_with_all_in_memory(images)


def names_with_all_in_memory(images: Images) -> list[str]:
    """Return the names that archives had while they were written from a list of all images."""
    wanted = [file_names._wanted(each, folder) for each, folder in images]
    files = Counter(map(file_names._folded, wanted))
    folders = {file_names._folded(str(above)) for name in wanted for above in PurePosixPath(name).parents}

    def usable(name: str) -> bool:
        folded = file_names._folded(name)
        return files[folded] == 1 and folded not in folders and file_names._fits(name)

    return [
        name if usable(name) else f"{folder}/{file_names._hashed(each)}"
        for name, (each, folder) in zip(wanted, images, strict=True)
    ]


def test_a_folder_is_held_once_however_often_images_change_between_folders(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(file_names, "FOLDERS_AT_ONCE", 2)
    paths = [*(f"{n % 5}.png/{n}.png" for n in range(40)), "3.png"]
    images = [(image(n, path), "train/cat") for n, path in enumerate(paths)]
    names = ImageNames()
    for each, folder in images:
        names.add(each, folder)
    assert len(names._folders) < 40
    assert [names.of(*each) for each in images] == [*(f"train/cat/{path}" for path in paths[:-1]), hashed(40)]


@pytest.fixture
def labelled_files(olga: TestClient) -> Labelling:
    """Return a project whose images have files of one name in several folders, all of them labelled."""
    made = make_project(images=0, spare=0)
    for category_id, name in zip(made.categories, ["None", "=cat/dog"], strict=True):
        with write_session() as session:
            session.execute(update(Category).where(Category.id == category_id).values(name=name))
    paths = ["=site;1/0000.png", "site2/0000.png", "100% #1 [x]/a'b&c.png"]
    for number, path in enumerate([*paths, "last.png", "first.png", "last.png"]):
        assert send(olga, made.project_id, {path: png(number)}).json()["created"] == 1
    items = olga.get(f"{API}/projects/{made.project_id}/images").json()["items"]
    for number, item in enumerate(items):
        body = {"category_id": made.categories[number % 2]}
        assert olga.put(f"{API}/images/{item['id']}/annotation", json=body).status_code == 200
    with write_session() as session:  # a split of its own for each of the first two
        session.execute(update(Image).where(Image.id == items[1]["id"]).values(split="test"))
    return made


def unpacked(client: TestClient, made: Labelling, folder: Path) -> Path:
    content = client.get(f"{API}/projects/{made.project_id}/export?format=imagefolder").content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        archive.extractall(folder)
    return folder


def table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))


def test_a_table_says_where_each_file_lay(
    olga: TestClient, labelled_files: Labelling, tmp_path: Path
) -> None:
    folder = unpacked(olga, labelled_files, tmp_path)
    rows = table(folder / "train" / "metadata.csv")
    assert {row["file_name"]: row["path"] for row in rows if "st" not in row["path"]} == {
        "_None/=site_1/0000.png": "'=site;1/0000.png",
        "_None/100% #1 [x]/a'b&c.png": "100% #1 [x]/a'b&c.png",
    }
    assert {row["file_name"].partition("/")[0] for row in rows} == {"_None", "_=cat_dog"}
    for row in rows:
        assert row["file_name"].startswith(row["label"] + "/")
        assert (row["annotator"], row["kind"], row["step"]) == ("olga", "indicator", "0")
        assert (row["predicted"], row["confidence"]) == ("(none)", "")
        assert row["file_name"].endswith(f"{row['sha256']}.png") is (row["path"] == "last.png")
        assert (folder / "train" / row["file_name"]).is_file()
    (other,) = table(folder / "test" / "metadata.csv")
    assert other["file_name"] == "_=cat_dog/site2/0000.png"


HUGGING_FACE = """
import json, sys
import datasets
datasets.disable_progress_bars()
read = datasets.load_dataset("imagefolder", data_dir=sys.argv[1], cache_dir=sys.argv[2])
print(json.dumps({
    split: [{**row, "image": row["image"].size} for row in rows] for split, rows in read.items()
}))
"""


def read_by_hugging_face(folder: Path, cache: Path) -> dict[str, list[dict[str, Any]]]:
    command = [sys.executable, "-c", HUGGING_FACE, str(folder), str(cache)]
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "HF_HOME": str(cache)}
    read = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert read.returncode == 0, read.stderr
    found: dict[str, list[dict[str, Any]]] = json.loads(read.stdout)
    return found


def test_hugging_face_reads_it(olga: TestClient, labelled_files: Labelling, tmp_path: Path) -> None:
    folder = unpacked(olga, labelled_files, tmp_path / "folder")
    found = read_by_hugging_face(folder, tmp_path / "cache")
    assert sorted((row["label"], row["path"]) for row in found["train"]) == [
        ("_=cat_dog", "last.png"),
        ("_=cat_dog", "last.png"),
        ("_None", "'=site;1/0000.png"),
        ("_None", "100% #1 [x]/a'b&c.png"),
        ("_None", "first.png"),
    ]
    assert [(row["label"], row["path"]) for row in found["test"]] == [("_=cat_dog", "site2/0000.png")]
    for row in found["train"] + found["test"]:
        assert row["image"] == [24, 16]
        assert (row["annotator"], row["step"], row["confidence"]) == ("olga", 0, None)
        assert re.fullmatch("[0-9a-f]{64}", row["sha256"])


def test_torchvision_reads_it(olga: TestClient, labelled_files: Labelling, tmp_path: Path) -> None:
    declare_missing()
    from torchvision.datasets import ImageFolder  # noqa: PLC0415  (its operators may be missing)

    read = ImageFolder(unpacked(olga, labelled_files, tmp_path) / "train")
    assert read.classes == ["_=cat_dog", "_None"]
    assert sorted(read.targets) == [0, 0, 1, 1, 1]
    assert {pixels.size for pixels, _ in read} == {(24, 16)}
