"""A bad file among good ones, by folder and by zip: it is named with a reason and stops nothing."""

import io
import os
import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.images.archive import Bounds, open_archive
from app.images.decode import UnreadableImageError
from app.images.folder import folder_entries
from app.images.ingest import Entry, Outcome, Prepared, Refused, prepare_batches
from app.images.names import base_name
from tests.app.images.files import huge_png, png

pytestmark = pytest.mark.usefixtures("data_directory")
GOOD = {f"good {number}.png": png(number) for number in range(4)}
BAD = {
    "empty.png": b"",
    "short.png": png()[:60],
    "huge.png": huge_png(),
    "text.png": b"nothing to see",
    "page.html": b"<html>",
}
NOBODY = 65534


def outcomes_of(entries: "list[Entry] | Iterator[Entry]") -> dict[str, Outcome]:
    batches = prepare_batches(entries, lambda _hashes: [])
    return {base_name(each.path): each for batch in batches for each in batch}


def good(outcomes: dict[str, Outcome]) -> list[str]:
    return sorted(name for name, each in outcomes.items() if isinstance(each, Prepared))


def reason(outcomes: dict[str, Outcome], name: str) -> str:
    refused = outcomes[name]
    assert isinstance(refused, Refused)
    return refused.reason


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder of good and bad files."""
    root = tmp_path / "photos"
    root.mkdir()
    for name, content in (GOOD | BAD).items():
        (root / name).write_bytes(content)
    return root


def test_bad_files_in_a_folder(folder: Path) -> None:
    os.mkfifo(folder / "pipe.png")
    (folder / "round.png").symlink_to(folder / "round.png")
    (folder / "there.png").symlink_to(folder / "back.png")
    (folder / "back.png").symlink_to(folder / "there.png")
    (folder / "up").symlink_to(folder, target_is_directory=True)
    (folder / "gone.png").write_bytes(png(9))
    odd = os.fsdecode(b"\xff\xfe odd \n\xe2\x80\xae.png")
    (folder / odd).write_bytes(png(10))
    (folder / ("n" * 251 + ".png")).write_bytes(png(11))
    entries = folder_entries(folder, [folder])
    (folder / "gone.png").unlink()
    outcomes = outcomes_of(iter(entries))
    assert good(outcomes) == [*sorted(GOOD), "n" * 196 + ".png", "odd .png"]
    assert outcomes.keys() - good(outcomes) == BAD.keys() | {
        "pipe.png",
        "round.png",
        "there.png",
        "back.png",
        "gone.png",
    }
    assert reason(outcomes, "pipe.png") == "This is not a file."
    assert reason(outcomes, "gone.png") == "There is no such file."
    assert reason(outcomes, "empty.png") == "The file is empty."
    assert "million pixels" in reason(outcomes, "huge.png")


@contextmanager
def unprivileged() -> Iterator[None]:
    """Be nobody for a while, where the tests run as root."""
    me = os.geteuid()
    if me == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(me)


def test_what_may_not_be_read_is_refused_alone(folder: Path) -> None:
    (folder / "locked").mkdir()
    (folder / "locked" / "a.png").write_bytes(png(1))
    for path in (folder, *folder.parents):
        if path.stat().st_uid == os.geteuid() and path != Path("/"):
            path.chmod(path.stat().st_mode | 0o555)
    (folder / "locked").chmod(0)
    (folder / "good 0.png").chmod(0)
    try:
        with unprivileged():
            entries = {entry.name: entry for entry in folder_entries(folder, [folder])}
            assert entries.keys() == GOOD.keys() | BAD.keys() | {"locked"}
            assert entries["good 1.png"].read() == GOOD["good 1.png"]
            with pytest.raises(PermissionError):
                entries["good 0.png"].read()
            with pytest.raises(UnreadableImageError, match="folder cannot be read"):
                entries["locked"].read()
    finally:
        (folder / "locked").chmod(0o700)


def directory_record(content: bytes, name: str) -> int:
    """Return where the central directory's record of an entry starts."""
    start = content.index(b"PK\x01\x02")
    while content[start + 46 : start + 46 + len(name)] != name.encode():
        start = content.index(b"PK\x01\x02", start + 1)
    return start


def bad_zip() -> bytes:
    """Return a zip whose entries are good, bad as files, or lie about themselves."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in (GOOD | BAD).items():
            archive.writestr(name, content)
        for number, name in enumerate(("smaller", "larger", "method", "encrypted")):
            archive.writestr(f"{name}.png", png(20 + number), zipfile.ZIP_DEFLATED)
        archive.writestr("lzma.png", png(30), zipfile.ZIP_LZMA)
        archive.writestr("nul.png#.txt", png(31))
        archive.writestr("d/" * 2000 + "deep.png", png(32))
    content = bytearray(buffer.getvalue().replace(b"nul.png#.txt", b"nul.png\0.txt"))
    for name, offset, pattern, value in (
        ("smaller.png", 24, "<I", 40),
        ("larger.png", 24, "<I", 4_000_000),
        ("method.png", 10, "<H", 77),
        ("encrypted.png", 8, "<H", 1),
    ):
        struct.pack_into(pattern, content, directory_record(bytes(content), name) + offset, value)
    lzma = content.index(b"lzma.png") + len("lzma.png")
    content[lzma + 4 : lzma + 40] = b"\xff" * 36
    return bytes(content)


def test_bad_entries_of_a_zip() -> None:
    with open_archive(io.BytesIO(bad_zip()), Bounds(1000, 10**9)) as entries:
        outcomes = outcomes_of(iter(entries))
    assert good(outcomes) == ["deep.png", *sorted(GOOD), "larger.png"]
    lies = {"smaller.png", "method.png", "encrypted.png", "lzma.png", "nul.png"}
    assert outcomes.keys() - good(outcomes) == BAD.keys() | lies
    assert reason(outcomes, "encrypted.png") == "The entry is encrypted."
    assert reason(outcomes, "nul.png") == "The entry points out of the zip."
