"""What cannot be decoded is left out, whatever its decoder raises; a fault of ours is not taken for it."""

import io
import random
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.errors import UnusableInputError
from ml.images.dataset import open_file
from ml.images.decoding import load_batch
from ml.images.files import reading
from ml.images.files.damage import DamagedImageError
from ml.images.files.formats import UNDECODABLE
from ml.images.files.reading import Enough, read_picture, read_size
from ml.lab.collections import sha256_of
from ml.messages import ImageFile
from ml.pretraining.pixels import PixelCache
from ml.pretraining.sources import PathImages
from ml.progress import no_progress
from tests.app.images.files import encoded, picture
from tests.app.images.pictures import CASES

FILES: dict[str, Callable[[], bytes]] = CASES | {
    "GIF": lambda: encoded(picture(60, 40).quantize(8), "GIF"),
    "animated GIF": lambda: encoded(
        picture(60, 40).quantize(8), "GIF", save_all=True, append_images=[picture(60, 40, seed=2).quantize(8)]
    ),
    "BMP": lambda: encoded(picture(60, 40), "BMP"),
    "8-bit TIFF": lambda: encoded(picture(60, 40), "TIFF", compression="tiff_lzw"),
}
pytestmark = pytest.mark.filterwarnings("ignore")  # libraries warn of what is wrong with the files
WAYS = (read_picture, read_size, lambda file: read_picture(file, enough=Enough(longest_side=16)))


def damaged(content: bytes, generator: random.Random) -> Iterator[bytes]:
    """Yield `content` cut short, and with bits flipped, mostly in what its first bytes say of the rest."""
    for _ in range(6):
        yield content[: generator.randrange(len(content))]
    for within in (64, 64, 256, 256, 2048, 2048, len(content)):
        for flips in (1, 4):
            changed = bytearray(content)
            for _ in range(flips):
                changed[generator.randrange(min(within, len(changed)))] ^= 1 << generator.randrange(8)
            yield bytes(changed)


@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file_is_an_image_or_one_that_cannot_be_decoded(name: str) -> None:
    content = FILES[name]()
    for broken in damaged(content, random.Random(name)):
        for way in WAYS:
            try:
                way(io.BytesIO(broken))
            except UNDECODABLE:
                continue


@pytest.mark.parametrize("fault", [TypeError, RuntimeError, KeyError, ValueError])
def test_a_fault_of_our_own_is_not_taken_for_a_damaged_image(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: type[Exception]
) -> None:
    def fail(_image: Image.Image) -> Image.Image:
        raise fault("of ours")

    path = tmp_path / "a.png"
    picture(40, 30).save(path)
    monkeypatch.setattr(reading, "to_srgb", fail)
    with pytest.raises(fault, match="of ours"):
        load_batch([ImageFile(id="a", sha256="0" * 64, path=str(path))], 16)
    with pytest.raises(fault, match="of ours"):
        PixelCache(PathImages([str(path)]), 16, 10**6, tmp_path / "cache", no_progress)


def zipped(path: Path, content: bytes) -> None:
    """Write a zip with the members `good.png` and `bad.png`, whose check sum is wrong."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("good.png", content)
        archive.writestr("bad.png", content)
        at = archive.getinfo("bad.png").header_offset + 30 + len("bad.png")
    with path.open("r+b") as file:
        file.seek(at + len(content) // 2)
        file.write(bytes(8))


def test_a_damaged_member_of_a_zip_is_left_out(tmp_path: Path) -> None:
    content = encoded(Image.fromarray(np.random.default_rng(0).integers(0, 255, (40, 40, 3), np.uint8)))
    zipped(tmp_path / "a.zip", content)
    members = [
        ImageFile(id=name, sha256="0" * 64, path=f"{tmp_path}/a.zip::{name}.png")
        for name in ("good", "bad", "gone")
    ]
    readable, pixels = load_batch(members, 16)
    assert ([image.id for image in readable], len(pixels)) == (["good"], 1)
    with pytest.raises(DamagedImageError, match="BadZipFile: Bad CRC-32"):
        open_file(members[1].path)
    with pytest.raises(UnusableInputError, match=r"bad\.png cannot be read: BadZipFile"):
        sha256_of(members[1].path)
