"""The normal form of images, and the copies made of them."""

import io
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from app.images.decode import UnreadableImageError, decode, shown_as_sent
from app.images.renditions import thumbnail, whole_copy
from tests.app.images.files import encoded, picture, rotated_jpeg

LIMIT = 1_000_000


def first_pixel(image: Image.Image) -> tuple[int, ...]:
    value = image.getpixel((0, 0))
    assert isinstance(value, tuple)
    return tuple(int(band) for band in value)


def test_transparency_lies_on_white() -> None:
    clear = Image.new("RGBA", (4, 4), (0, 0, 0, 0))
    assert first_pixel(decode(encoded(clear), LIMIT).pixels) == (255, 255, 255)


def test_a_rotated_photo_is_turned_upright() -> None:
    decoded = decode(rotated_jpeg(), LIMIT)
    assert decoded.pixels.size == (16, 24)
    red, green, blue = decoded.pixels.getpixel((15, 0))  # type: ignore[misc]  # three bands
    assert red > 200
    assert max(green, blue) < 60


def test_an_animation_is_its_first_frame() -> None:
    frames = encoded(picture(), "GIF", save_all=True, append_images=[picture(seed=9)])
    decoded = decode(frames, LIMIT)
    assert first_pixel(decoded.pixels) == first_pixel(picture())
    assert not shown_as_sent(decoded)


@pytest.mark.parametrize(
    ("content", "as_sent"),
    [
        (encoded(picture()), True),
        (encoded(picture(), "JPEG"), True),
        (rotated_jpeg(), True),
        (encoded(picture(), "TIFF"), False),
        (encoded(picture(mode="CMYK"), "JPEG"), False),
        (encoded(picture(), "WEBP", save_all=True, append_images=[picture(seed=9)]), False),
    ],
    ids=["PNG", "JPEG", "EXIF", "TIFF", "CMYK", "animated"],
)
def test_knows_what_a_browser_shows_as_it_is(content: bytes, as_sent: bool) -> None:
    assert shown_as_sent(decode(content, LIMIT)) is as_sent


def test_the_pixel_limit_counts_both_sides() -> None:
    assert decode(encoded(picture(100, 10)), 1000).pixels.size == (100, 10)
    with pytest.raises(UnreadableImageError, match="million pixels"):
        decode(encoded(picture(101, 10)), 1000)


@given(st.binary(max_size=400))
@settings(max_examples=50)
def test_arbitrary_bytes_are_refused_politely(content: bytes) -> None:
    with pytest.raises(UnreadableImageError):
        decode(b"\x89PNG\r\n\x1a\n" + content, LIMIT)


@given(st.integers(0, 2000), st.integers(0, 255))
@settings(max_examples=50)
def test_a_flipped_byte_never_escapes(position: int, value: int) -> None:
    content = bytearray(encoded(picture(64, 64), "JPEG"))
    content[position % len(content)] = value
    with suppress(UnreadableImageError):
        assert decode(bytes(content), LIMIT).pixels.mode in {"RGB", "L"}


@given(st.integers(1, 700), st.integers(1, 700))
@settings(max_examples=40)
def test_a_thumbnail_fits_and_keeps_the_shape(width: int, height: int) -> None:
    small = Image.open(io.BytesIO(thumbnail(Image.new("RGB", (width, height)), 160)))
    assert max(small.size) <= 160
    assert min(small.size) >= 1
    assert max(small.size) > 80
    if min(small.size) > 20:
        assert small.width / small.height == pytest.approx(width / height, rel=0.05)


def test_a_tiny_image_grows_in_whole_pixels_unblurred() -> None:
    digit = Image.new("RGB", (28, 28), "black")
    digit.putpixel((3, 4), (255, 255, 255))
    grown = Image.open(io.BytesIO(thumbnail(digit, 160))).convert("RGB")
    assert grown.size == (140, 140)
    assert {color for _count, color in grown.getcolors() or []} == {(0, 0, 0), (255, 255, 255)}
    assert grown.getpixel((15, 20)) == grown.getpixel((19, 24)) == (255, 255, 255)


def test_the_copy_for_browsers_is_a_plain_jpeg() -> None:
    copy = Image.open(io.BytesIO(whole_copy(picture(300, 200))))
    assert (copy.format, copy.mode, copy.size) == ("JPEG", "RGB", (300, 200))


def test_a_fault_of_ours_is_not_called_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(*_: object) -> None:
        raise KeyError("ours")

    monkeypatch.setattr("ml.images.files.reading.stretched", stumble)
    deep = io.BytesIO()
    Image.new("I;16", (4, 4)).save(deep, "PNG")
    with pytest.raises(KeyError, match="ours"):
        decode(deep.getvalue(), 10_000)
