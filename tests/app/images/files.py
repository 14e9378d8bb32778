"""Files to send: real images made on the spot, and hostile ones."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

from fastapi.testclient import TestClient
from httpx2 import Response
from PIL import Image


def picture(width: int = 24, height: int = 16, seed: int = 0, mode: str = "RGB") -> Image.Image:
    """Return an image whose top left quarter differs from the rest; each seed has another one."""
    image = Image.new("RGB", (width, height), (seed * 37 % 256, seed * 11 % 256, 255 - seed % 256))
    image.paste((250, 10, 10), (0, 0, width // 2, height // 2))
    return image.convert(mode)


def encoded(image: Image.Image, image_format: str = "PNG", **options: Any) -> bytes:
    """Return `image` as a file's bytes."""
    buffer = io.BytesIO()
    image.save(buffer, image_format, **options)
    return buffer.getvalue()


def png(seed: int = 0, width: int = 24, height: int = 16) -> bytes:
    """Return a small PNG; another seed gives another file."""
    return encoded(picture(width, height, seed))


def rotated_jpeg() -> bytes:
    """Return a JPEG of 24 x 16 pixels that is to be shown turned by a quarter."""
    exif = Image.Exif()
    exif[0x0112] = 6
    return encoded(picture(), "JPEG", exif=exif)


def huge_png(side: int = 60_000) -> bytes:
    """Return a valid PNG header of `side` x `side` pixels, with next to no data."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checksum = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\0" * 100_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return a zip with these entries."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


class LegacyName(zipfile.ZipInfo):
    """An entry whose name is written in a code page, with nothing that says so."""

    page = "cp437"

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802  (zipfile's own name)
        return self.filename.encode(self.page), self.flag_bits & ~0x800


def legacy_zip(files: Mapping[str, bytes], page: str) -> bytes:
    """Return a zip as programs of old write them, with names in the code page `page`."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            info = LegacyName(name)
            info.page = page
            archive.writestr(info, content)
    return buffer.getvalue()


def new_project(client: TestClient, *categories: str) -> str:
    """Return the id of a new project."""
    answer = client.post("/api/v1/projects", json={"name": "p", "categories": list(categories)})
    identifier: str = answer.json()["id"]
    return identifier


def send(client: TestClient, project_id: str, files: Mapping[str, bytes], split: str = "pool") -> Response:
    """Upload files by name."""
    parts = [("files", (name, content, "application/octet-stream")) for name, content in files.items()]
    return client.post(f"/api/v1/projects/{project_id}/images", files=parts, data={"split": split})


def upload(client: TestClient, project_id: str, count: int = 1, split: str = "pool") -> list[dict[str, Any]]:
    """Upload small PNGs and return all images of the split."""
    offset = 1000 if split == "test" else 0
    answer = send(client, project_id, {f"{n}.png": png(offset + n) for n in range(count)}, split)
    assert answer.json()["created"] == count
    listed = client.get(f"/api/v1/projects/{project_id}/images?split={split}&limit=500").json()
    items: list[dict[str, Any]] = listed["items"]
    return items


def categories_of(client: TestClient, project: str) -> dict[str, str]:
    """Return the ids of a project's categories by name."""
    listed = client.get(f"/api/v1/projects/{project}").json()["categories"]
    return {each["name"]: each["id"] for each in listed}
