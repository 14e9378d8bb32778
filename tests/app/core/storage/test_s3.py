"""A store that is away, refuses, or lacks its bucket: soon, plainly and without secrets."""

import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from app.core.storage import StorageUnavailableError
from app.core.storage.s3 import Bucket, S3Storage
from tests.app.core.storage.conftest import make_s3
from tests.servers.ports import free_port
from tests.servers.s3 import ACCESS_KEY, SECRET_KEY, S3Server

USES: dict[str, Callable[[S3Storage], object]] = {
    "put": lambda storage: storage.put("a/b", b"1"),
    "read": lambda storage: storage.read("a/b"),
    "open": lambda storage: storage.open("a/b"),
    "exists": lambda storage: storage.exists("a/b"),
    "sizes": lambda storage: storage.sizes([f"a/{number}" for number in range(50)]),
    "delete": lambda storage: storage.delete("a/b"),
    "delete_all": lambda storage: storage.delete_all(["a/b", "a/c"]),
    "check": lambda storage: storage.check(),
}


def refusal(storage: S3Storage, use: str) -> str:
    """Return what the storage says where it cannot be used."""
    with pytest.raises(StorageUnavailableError) as refused:
        USES[use](storage)
    return str(refused.value)


def test_a_store_that_is_away_is_told_soon_and_used_again_once_it_is_back(
    own_s3_server: S3Server, tmp_path: Path
) -> None:
    storage = make_s3(own_s3_server, tmp_path, url="s3://bucket-of-two-lives")
    own_s3_server.stop()
    started = time.monotonic()
    for use in USES:
        assert "does not answer" in refusal(storage, use)
    with pytest.raises(StorageUnavailableError), storage.together() as batch:  # noqa: PT012
        for number in range(200):
            batch.put(f"a/{number}", b"1")
    assert time.monotonic() - started < 40
    own_s3_server.start()
    assert "no bucket 'bucket-of-two-lives'" in refusal(storage, "put")


def test_wrong_credentials_are_told_without_secrets(
    own_s3_server: S3Server,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    storage = make_s3(own_s3_server, tmp_path)
    own_s3_server.require_credentials()
    said = "".join(refusal(storage, use) for use in USES)
    assert "refuses this service (InvalidAccessKeyId)" in said
    captured = capfd.readouterr()
    for secret in (ACCESS_KEY, SECRET_KEY):
        assert secret not in said + captured.out + captured.err + caplog.text


def test_a_missing_bucket_is_no_missing_blob(s3_server: S3Server, tmp_path: Path) -> None:
    storage = make_s3(s3_server, tmp_path, url="s3://nobody-made-this")
    for use in ("put", "read", "open", "check"):
        assert "no bucket 'nobody-made-this'" in refusal(storage, use)


def test_plain_http_needs_an_endpoint_that_says_so(s3_server: S3Server, tmp_path: Path) -> None:
    address = s3_server.url.removeprefix("http://")
    bucket = Bucket(f"s3://{s3_server.new_bucket()}", f"https://{address}", "eu", ACCESS_KEY, SECRET_KEY)
    assert "does not answer" in refusal(S3Storage(bucket, tmp_path, 0), "put")


def test_prefixes_of_one_bucket_do_not_meet(s3_server: S3Server, tmp_path: Path) -> None:
    bucket = s3_server.new_bucket()
    one, other = (make_s3(s3_server, tmp_path, url=f"s3://{bucket}/{name}") for name in ("one", "other"))
    one.put("a/b", b"one")
    other.put("a/b", b"other")
    one.delete("a")
    assert (one.exists("a/b"), other.read("a/b")) == (False, b"other")


@pytest.mark.parametrize(
    ("endpoint", "cause"),
    [
        ("http://127.0.0.1:{free}", "nothing listens at its address"),
        ("http://no-such-store.invalid", "its name is not known here"),
        ("https://127.0.0.1:{plain}", "it does not speak TLS"),
    ],
)
def test_the_cause_is_named(own_s3_server: S3Server, tmp_path: Path, endpoint: str, cause: str) -> None:
    port = urlsplit(own_s3_server.url).port
    url = endpoint.format(free=free_port(), plain=port)
    storage = S3Storage(Bucket("s3://bucket", url, "us-east-1", ACCESS_KEY, SECRET_KEY), tmp_path, 0)
    said = refusal(storage, "put")
    assert said == f"The blob storage cannot be used. It does not answer ({cause})."
