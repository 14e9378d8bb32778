import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.images.names import base_name, class_folder, is_clutter, leaves_folder, relative_path


@given(st.text())
def test_a_base_name_is_short_visible_and_no_path(name: str) -> None:
    kept = base_name(name)
    assert 0 < len(kept) <= 200
    assert not set(kept) & set("/\\\0")
    assert kept.strip(".") != ""
    assert not any(unicodedata.category(character).startswith("C") for character in kept)
    assert base_name(kept) == kept


@pytest.mark.parametrize(
    ("name", "leaves"),
    [
        ("cat/a.png", False),
        ("cat/..a.png", False),
        ("../a.png", True),
        ("cat/../../a.png", True),
        ("/etc/passwd", True),
        ("\\\\host\\a.png", True),
        ("C:\\a.png", True),
        ("cat\\..\\a.png", True),
        ("a\0.png", True),
    ],
)
def test_tells_paths_that_leave_their_folder(name: str, leaves: bool) -> None:
    assert leaves_folder(name) is leaves


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("train/cat/a.png", "cat"),
        ("./cat/a.png", "cat"),
        ("cat\\a.png", "cat"),
        ("a.png", None),
        ("ca\u202et/a.png", "cat"),
        ("x" * 300 + "/a.png", "x" * 120),
    ],
)
def test_the_folder_that_holds_a_file_names_its_class(name: str, folder: str | None) -> None:
    assert class_folder(name) == folder


@pytest.mark.parametrize("name", ["__MACOSX/cat/._a.png", ".DS_Store", "cat/Thumbs.db", "cat/.git/a.png"])
def test_what_operating_systems_leave_behind_is_no_image(name: str) -> None:
    assert is_clutter(name)
    assert not is_clutter("cat/a.png")


@example(":")
@example("ab:/a.png")
@example("C:C:/a.png")
@example("C\u202e:/a.png")
@example("./C:a.png")
@given(st.text(st.sampled_from("aé\u0301/\\.: C\u202e\0\nà…") | st.characters(), max_size=60))
def test_a_path_stays_below_its_folder(name: str) -> None:
    kept = relative_path(name)
    parts = kept.split("/")
    assert 0 < len(kept) <= 1000
    assert all(part.strip(". ") and part == part.strip() for part in parts)
    assert "\\" not in kept
    assert not leaves_folder(kept)
    assert unicodedata.is_normalized("NFC", kept)
    assert not any(unicodedata.category(character).startswith("C") for character in kept)
    assert parts[-1] == base_name(kept)
    assert relative_path(kept) == kept
