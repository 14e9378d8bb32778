"""The largest image that is taken in has its decoder hold a bounded amount of memory."""

import resource
import struct
import subprocess
import sys
import zlib

import pytest

from app.images import decoder
from app.images.guarded import Decoders

SIDE = 8000
LIMITS = {"max_pixels": SIDE * SIDE, "thumbnail_pixels": 160}
MEBIBYTE = 1024**2
PEAK = 800 * MEBIBYTE
"""1,254 MiB before the rule of ADR 19, for 16-bit colours with alpha; 640 since."""
MEASURE = f"""
import re, sys
from pathlib import Path
from app.images.decoder import answer
facts, copies = answer(sys.stdin.buffer.read(), {LIMITS})
assert facts["width"] == {SIDE} and len(copies) == 2, facts
# of this program alone: ru_maxrss begins with what the process that started it had
print(int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text()).group(1)) * 1024)
"""


def deep_png(bands: int) -> bytes:
    """Return a PNG of 64 million pixels of 16 bits a band, of next to no bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    kind = {1: 0, 4: 6}[bands]
    packer = zlib.compressobj(1)
    row = b"\0" + bytes(range(250)) * (SIDE * bands * 2 // 250)
    data = b"".join([*(packer.compress(row) for _ in range(SIDE)), packer.flush()])
    header = struct.pack(">IIBBBBB", SIDE, SIDE, 16, kind, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.slow
@pytest.mark.parametrize("bands", [1, 4], ids=["grey", "colours with alpha"])
def test_the_largest_deep_image_takes_a_bounded_amount_of_memory(bands: int) -> None:
    content = deep_png(bands)
    done = subprocess.run([sys.executable, "-c", MEASURE], input=content, capture_output=True, check=True)
    assert int(done.stdout) < PEAK
    own = Decoders()  # under its own limit, it decodes just so
    facts, copies = own.decode([content], LIMITS)[0]
    own.close()
    assert (facts["width"], len(copies)) == (SIDE, 2)


def test_an_image_that_takes_more_memory_than_is_allowed_is_refused_and_the_decoder_lives(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert decoder.MOST_BYTES <= 1024**3
    code = (
        "import resource; from app.images.decoder import answer, main;"
        f"resource.setrlimit(resource.RLIMIT_DATA, ({300 * MEBIBYTE},) * 2);"
        "import app.images.decoder as d; d.MOST_BYTES = resource.getrlimit(resource.RLIMIT_DATA)[0]; main()"
    )
    monkeypatch.setattr("app.images.guarded.COMMAND", (sys.executable, "-c", code))
    own = Decoders()
    small = {"max_pixels": 10**9, "thumbnail_pixels": 32}
    facts, copies = own.decode([deep_png(4)], small)[0]
    assert (facts, copies) == (
        {"refused": "The image takes more memory to decode than is allowed.", "sizes": []},
        [],
    )
    own.close()
    assert resource.getrlimit(resource.RLIMIT_DATA)[0] == resource.RLIM_INFINITY
