"""Pictures of science and of phones, by what should be seen of them: files that were shown wrongly once."""

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image, ImageCms

from tests.app.images.files import encoded, picture, rotated_jpeg

SAMPLES = Path(__file__).parent / "samples"
PNG_KINDS = {1: 0, 2: 4, 3: 2, 4: 6}
RAMP = np.tile(np.linspace(0, 1, 256), (128, 1))
"""From black on the left to white on the right: its mean is 127.5 in 8 bits, whatever it is stored as."""


def png16(values: NDArray[Any], transparent: bytes = b"") -> bytes:
    """Return a PNG of 16 bits a sample, of [height, width, 1 to 4 bands]; Pillow writes grey ones only."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    height, width, bands = values.shape
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 16, PNG_KINDS[bands], 0, 0, 0))
    clear = chunk(b"tRNS", transparent) if transparent else b""
    return b"\x89PNG\r\n\x1a\n" + header + clear + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def tiff(values: NDArray[Any], **options: Any) -> bytes:
    """Return a TIFF of `values` as they are."""
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, values, **options)
    return buffer.getvalue()


def of_colour(ramp: NDArray[Any]) -> NDArray[Any]:
    """Return three bands: the ramp, the ramp from right to left, nothing."""
    return np.stack([ramp, ramp[:, ::-1], np.zeros_like(ramp)], axis=-1)


def ramp_to(low: float, high: float, kind: str) -> NDArray[Any]:
    """Return the ramp from `low` to `high` as numbers of a kind."""
    values: NDArray[Any] = (RAMP * (high - low) + low).astype(kind)
    return values


def with_hot_pixels() -> NDArray[Any]:
    """Return the ramp in 12 bits with a few pixels at the end of 16."""
    values = ramp_to(0, 4095, "u2")
    values[::40, ::80] = 65535
    return values


def with_gaps() -> NDArray[Any]:
    """Return the ramp in floats, with rows that were not measured at its ends."""
    values = ramp_to(-3, 900, "f4")
    values[0], values[1], values[2] = np.nan, np.inf, -np.inf
    return values


RAMPS: dict[str, Callable[[], bytes]] = {
    "12 bits in a PNG of 16": lambda: png16(ramp_to(0, 4095, "u2")[..., None]),
    "thermal TIFF": lambda: encoded(Image.fromarray(ramp_to(29_000, 31_000, "u2")), "TIFF"),
    "thermal TIFF, other byte order": lambda: tiff(ramp_to(29_000, 31_000, ">u2"), byteorder=">"),
    "hot pixels": lambda: png16(with_hot_pixels()[..., None]),
    "float TIFF": lambda: encoded(Image.fromarray(ramp_to(0, 1, "f4")), "TIFF"),
    "floats with gaps": lambda: tiff(with_gaps()),
    "64-bit floats": lambda: tiff(ramp_to(-1e300, 1e300, "f8")),
    "half floats": lambda: tiff(ramp_to(0, 1, "f2")),
    "signed 32-bit": lambda: tiff(ramp_to(-(10**9), 10**9, "i4")),
    "unsigned 32-bit": lambda: tiff(ramp_to(10**9, 4 * 10**9, "u4")),
    "signed 16-bit": lambda: tiff(ramp_to(-1000, 1000, "i2")),
    "signed 8-bit": lambda: tiff(ramp_to(-128, 127, "i1")),
    "white is zero": lambda: tiff(ramp_to(4095, 0, "u2"), photometric="miniswhite"),
    "first page of a stack": lambda: tiff(
        np.stack([ramp_to(0, 500, "u2"), ramp_to(500, 0, "u2")]), photometric="minisblack"
    ),
    "big TIFF, compressed": lambda: tiff(ramp_to(0, 999, "u2"), bigtiff=True, compression="zlib"),
}
"""Each is the ramp, so that its mean is that of the ramp in all that is made of it."""

CASES = RAMPS | {
    "16-bit colours": lambda: png16(of_colour(ramp_to(0, 4095, "u2"))),
    "16-bit colours, TIFF": lambda: tiff(of_colour(ramp_to(0, 4095, "u2")), photometric="rgb"),
    "16-bit colours, compressed": lambda: tiff(
        of_colour(ramp_to(0, 4095, "u2")), photometric="rgb", compression="zlib"
    ),
    "16-bit colours apart": lambda: tiff(
        np.moveaxis(of_colour(ramp_to(0, 4095, "u2")), -1, 0), photometric="rgb", planarconfig="separate"
    ),
    "colours in floats": lambda: tiff(of_colour(ramp_to(0, 1, "f4")), photometric="rgb"),
    "16-bit grey with alpha": lambda: png16(
        np.stack([ramp_to(0, 4095, "u2"), np.where(RAMP > 0.5, 65535, 0)], axis=-1)
    ),
    "16-bit grey, one value clear": lambda: png16(
        np.where(RAMP > 0.5, 4000, 7)[..., None], struct.pack(">H", 7)
    ),
    "16-bit colours with alpha": lambda: png16(
        np.concatenate([of_colour(ramp_to(0, 4095, "u2")), np.full((128, 256, 1), 65535)], axis=-1)
    ),
    "all the same": lambda: tiff(np.full((128, 256), 7.0, dtype="f4")),
    "nothing measured": lambda: tiff(np.full((128, 256), np.nan, dtype="f4")),
    "1 bit": lambda: encoded(Image.fromarray(RAMP > 0.5)),
    "palette": lambda: encoded(picture(200, 100).quantize(8)),
    "palette, one colour clear": lambda: encoded(picture(200, 100).quantize(8), transparency=0),
    "grey with alpha": lambda: encoded(picture(200, 100, mode="LA")),
    "CMYK": lambda: encoded(picture(200, 100, mode="CMYK"), "JPEG"),
    "Lab": lambda: encoded(ImageCms.applyTransform(picture(200, 100), TO_LAB), "TIFF"),
    "rotated": rotated_jpeg,
    "rotated TIFF": lambda: encoded(Image.fromarray(ramp_to(0, 4095, "u2")), "TIFF", tiffinfo={0x0112: 6}),
    "white on clear": lambda: encoded(on_clear("white")),
    "black on clear": lambda: encoded(on_clear("black")),
    "animation": lambda: encoded(
        picture(200, 100), "WEBP", save_all=True, append_images=[picture(200, 100, seed=9)]
    ),
    "AVIF": lambda: encoded(picture(200, 100), "AVIF"),
    "HEIC": (SAMPLES / "photo.heic").read_bytes,
    "photo": lambda: encoded(
        Image.fromarray((of_colour(RAMP) * 255).astype("u1")).resize((3000, 2000)), "JPEG"
    ),
}
TO_LAB = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB")


def on_clear(colour: str) -> Image.Image:
    """Return a square of `colour` in the middle of nothing."""
    layer = Image.new("RGBA", (200, 200), (0, 0, 0, 0))
    layer.paste(colour, (60, 60, 140, 140))
    return layer


def red_is_blue() -> bytes:
    """Return a colour profile whose first primary is blue and whose third is red."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile = profile.replace("sRGB".encode("utf-16-be"), "wide".encode("utf-16-be"))
    red, blue = profile.index(b"rXYZ"), profile.index(b"bXYZ")
    profile[red : red + 4], profile[blue : blue + 4] = b"bXYZ", b"rXYZ"
    return bytes(profile)
