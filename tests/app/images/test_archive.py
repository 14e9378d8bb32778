"""Zips, harmless and hostile (hazards T6, T25)."""

import io
import struct
import tempfile
import time
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.core.config import get_settings
from app.core.storage import get_storage
from app.images.archive import Bounds, open_archive
from tests.app.images.files import new_project, png, send, zipped


@pytest.fixture
def project(client: TestClient) -> str:
    return new_project(client)


def names(client: TestClient, project: str) -> list[str]:
    items = client.get(f"/api/v1/projects/{project}/images").json()["items"]
    return [item["filename"] for item in items]


def test_takes_the_images_out_of_a_zip(client: TestClient, project: str) -> None:
    files = {
        "photos/cat/b.png": png(2),
        "photos/cat/a.png": png(1),
        "photos/readme.txt": b"hello",
        "__MACOSX/photos/cat/._a.png": b"1",
        "photos/.DS_Store": b"1",
    }
    answer = send(client, project, {"photos.zip": zipped(files), "c.png": png(3)}).json()
    assert answer["created"] == 3
    assert [item["path"] for item in answer["rejected"]] == ["photos/readme.txt"]
    assert names(client, project) == ["a.png", "b.png", "c.png"]


def test_a_zip_may_be_stored_in_a_mixed_order(client: TestClient, project: str) -> None:
    files = {
        f"{letter}/{letter}{number}.png": png(10 * at + number)
        for at, letter in enumerate("ab")
        for number in range(9)
    }
    archive = [("files", ("photos.zip", zipped(files)))]
    path = f"/api/v1/projects/{project}/images"
    answer = client.post(path, files=archive, data={"split": "pool", "mixed": "true"})
    assert answer.json()["created"] == 18
    stored = names(client, project)
    assert sorted(stored) == sorted(name.rpartition("/")[2] for name in files)
    assert {name[0] for name in stored[:9]} == {"a", "b"}, "the first are like the rest"
    again = client.post(path, files=archive, data={"split": "pool", "mixed": "true"})
    assert (again.json()["created"], again.json()["duplicates"]) == (0, 18)


def test_entries_that_leave_the_zip_are_refused_and_nothing_is_written(
    client: TestClient, project: str, tmp_path: Path
) -> None:
    link = zipfile.ZipInfo("link.png")
    link.external_attr = 0o120777 << 16
    buffer = io.BytesIO(zipped({"../../evil.png": png(1), "/evil.png": png(2), "cat/a.png": png(3)}))
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    answer = send(client, project, {"x.zip": buffer.getvalue()}).json()
    assert answer["created"] == 1
    assert sorted(item["filename"] for item in answer["rejected"]) == ["evil.png", "evil.png", "link.png"]
    assert names(client, project) == ["a.png"]
    assert not list(tmp_path.rglob("evil*"))


def test_a_zip_in_a_zip_is_no_image(client: TestClient, project: str) -> None:
    nested = zipped({"inner.zip": zipped({"a.png": png(1)}), "b.png": png(2)})
    answer = send(client, project, {"x.zip": nested}).json()
    assert (answer["created"], answer["rejected"][0]["filename"]) == (1, "inner.zip")


def test_an_encrypted_or_corrupt_entry_is_refused_alone(client: TestClient, project: str) -> None:
    content = bytearray(zipped({"a.png": png(1), "b.png": png(2), "c.png": png(3)}))
    content[content.index(png(1)) + 30] ^= 0xFF
    second = content.index(b"PK\x01\x02", content.index(b"PK\x01\x02") + 1)
    content[second + 8] |= 1
    answer = send(client, project, {"x.zip": bytes(content)}).json()
    assert answer["created"] == 1
    assert [item["filename"] for item in answer["rejected"]] == ["a.png", "b.png"]


@pytest.mark.parametrize("cut", [30, 100, -10])
def test_half_a_zip_is_refused_and_the_rest_goes_on(client: TestClient, project: str, cut: int) -> None:
    half = zipped({"a.png": png(1)})[:cut]
    answer = send(client, project, {"x.zip": half, "b.png": png(2)}).json()
    assert answer["created"] == 1
    assert answer["rejected"] == [
        {"path": "x.zip", "filename": "x.zip", "reason": "The zip is damaged or incomplete."}
    ]


def test_too_many_entries_are_refused_before_any_is_stored(
    client: TestClient, project: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EIGENLABEL_MAX_ARCHIVE_FILES", "10")
    get_settings.cache_clear()
    many = zipped({f"{number}.png": png(number) for number in range(11)})
    assert send(client, project, {"a.png": png(99), "x.zip": many}).status_code == 413
    assert names(client, project) == []
    assert not get_storage().local_path("images").exists()


def million_entries() -> bytes:
    """Return a zip whose directory lists a million entries, all of them the same few bytes."""
    record = zipfile.ZipInfo("a")
    directory = zipped({"a": b""})
    start = directory.index(b"PK\x01\x02")
    entry = directory[start : start + 46 + len(record.filename)]
    count, size = 1_000_000, len(entry) * 1_000_000
    end_64 = struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, count, count, size, 0)
    locator = struct.pack("<IIQI", 0x07064B50, 0, size, 1)
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return b"PK\x03\x04" + entry * count + end_64 + locator + end


def test_a_million_entries_cost_neither_time_nor_memory(client: TestClient, project: str) -> None:
    content = million_entries()
    assert zipfile.is_zipfile(io.BytesIO(content))
    tracemalloc.start()
    started = time.perf_counter()
    with (
        pytest.raises(Exception, match="20000 files"),
        open_archive(io.BytesIO(content), Bounds(20_000, 10**9)),
    ):
        pass
    seconds, peak = time.perf_counter() - started, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (seconds < 1, peak < 2_000_000) == (True, True)
    assert send(client, project, {"x.zip": content}).status_code == 413


def test_entries_that_overlap_are_refused(client: TestClient, project: str) -> None:
    content = bytearray(zipped({"a.png": png(1), "b.png": png(1)}))
    first = content.index(b"PK\x01\x02")
    second = content.index(b"PK\x01\x02", first + 1)
    content[second + 42 : second + 46] = content[first + 42 : first + 46]
    assert send(client, project, {"x.zip": bytes(content)}).status_code == 413


def test_an_entry_that_lies_about_its_size_is_not_unpacked_in_full(client: TestClient, project: str) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.png", b"\0" * 200_000_000)
    content = bytearray(buffer.getvalue())
    start = content.index(b"PK\x01\x02")
    content[start + 24 : start + 28] = struct.pack("<I", 100)
    tracemalloc.start()
    answer = send(client, project, {"x.zip": bytes(content)}).json()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [item["filename"] for item in answer["rejected"]] == ["bomb.png"]
    assert peak < 20_000_000


def test_a_zip_that_unpacks_to_too_much_is_refused(
    client: TestClient, project: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EIGENLABEL_MAX_UPLOAD_BYTES", "1000000")
    get_settings.cache_clear()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.bin", b"\0" * 5_000_000)
    assert send(client, project, {"x.zip": buffer.getvalue()}).status_code == 413


def test_no_temporary_file_outlives_the_request(
    client: TestClient, project: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    big = zipped({"noise.bin": bytes(3_000_000), "a.png": png(1)})
    assert send(client, project, {"x.zip": big, "y.zip": million_entries()}).status_code == 413
    assert send(client, project, {"x.zip": big}).json()["created"] == 1
    assert not list((tmp_path / "temporary").iterdir())


def drawings(megabytes: int) -> bytes:
    """Return a zip of files of zeros, which shrink to a thousandth."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(megabytes // 100):
            archive.writestr(f"{number}.bmp", bytes(100 * 1024**2))
    return buffer.getvalue()


def test_a_small_zip_that_unpacks_to_much_is_refused_before_it_is_read(
    client: TestClient, project: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb, half = drawings(300), drawings(200)
    assert len(bomb) < 1_000_000
    monkeypatch.setattr(zipfile.ZipFile, "open", None)  # nothing is unpacked
    assert send(client, project, {"x.zip": bomb}).status_code == 413
    answer = send(client, project, {"x.zip": half, "y.zip": half})
    assert answer.status_code == 413, "zips of one upload share what they may unpack to"
