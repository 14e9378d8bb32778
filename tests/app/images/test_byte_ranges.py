import pytest
from fastapi import Request
from hypothesis import given
from hypothesis import strategies as st

from app.images.byte_ranges import UnsatisfiableRangeError, requested_range

ETAG = '"abc"'


def request(**headers: str) -> Request:
    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "headers": pairs})


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-3", (0, 4)),
        ("bytes=4-", (4, 10)),
        ("bytes=-3", (7, 10)),
        ("bytes=-30", (0, 10)),
        ("bytes=8-100", (8, 10)),
        ("bytes = 1 - 1", (1, 2)),
        ("bytes=5-2", None),
        ("bytes=0-1,4-5", None),
        ("bytes=-", None),
        ("bytes=a-b", None),
        ("lines=0-3", None),
        ("", None),
    ],
)
def test_a_range(header: str, expected: tuple[int, int] | None) -> None:
    assert requested_range(request(range=header), 10, ETAG) == expected


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=10-20", "bytes=-0"])
def test_a_range_without_bytes_cannot_be_satisfied(header: str) -> None:
    with pytest.raises(UnsatisfiableRangeError):
        requested_range(request(range=header), 10, ETAG)


def test_another_version_is_sent_whole() -> None:
    assert requested_range(request(range="bytes=0-1", if_range='"old"'), 10, ETAG) is None
    assert requested_range(request(range="bytes=0-1", if_range=ETAG), 10, ETAG) == (0, 2)


@given(st.text(st.sampled_from("bytes=-, 0123456789"), max_size=30), st.integers(0, 50))
def test_whatever_is_asked_for_lies_inside(header: str, size: int) -> None:
    try:
        found = requested_range(request(range=header), size, ETAG)
    except UnsatisfiableRangeError:
        return
    assert found is None or 0 <= found[0] < found[1] <= size
