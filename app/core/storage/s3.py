"""Blobs in a bucket of an S3-compatible store."""

import re
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any
from urllib.parse import urlsplit

import obstore
import structlog
from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import S3Store

from app.core.storage.copies import LocalCopies
from app.core.storage.interface import (
    CHUNK_BYTES,
    Blob,
    Progress,
    Putter,
    Storage,
    StorageUnavailableError,
    checked,
)

THREADS = 16
WAITING = 64
LISTED_AT_ONCE = 1000
CLIENT = {"connect_timeout": "3s", "read_timeout": "15s", "timeout": "15m"}
RETRIES = {
    "max_retries": 3,
    "retry_timeout": timedelta(seconds=20),
    "backoff": {
        "init_backoff": timedelta(milliseconds=100),
        "max_backoff": timedelta(seconds=2),
        "base": 2,
    },
}
CHECK_KEY = "checks/writable"
_CODE = re.compile(r"<Code>(\w+)</Code>")
_STATUS = re.compile(r"status: (\d{3})")
CAUSES = {  # what the client's errors say somewhere in them, and what that means
    "dns error": "its name is not known here",
    "ConnectionRefused": "nothing listens at its address",
    "NetworkUnreachable": "there is no way to its network",
    "HostUnreachable": "there is no way to its machine",
    "CaUsedAsEndEntity": "its certificate is not trusted",
    "UnknownIssuer": "its certificate is not trusted",
    "InvalidCertificate": "its certificate is not valid",
    "InvalidContentType": "it does not speak TLS",
    "TimedOut": "no answer within the time for it",
    "kind: Timeout": "no answer within the time for it",
}
log = structlog.get_logger()


@dataclass(frozen=True)
class Bucket:
    """Where blobs go: `url` is `s3://bucket/prefix`, an empty `endpoint` is Amazon's for the region.

    Without an access key, the credentials are those of the machine's role.
    """

    url: str
    endpoint: str = ""
    region: str = "us-east-1"
    access_key: str = ""
    secret_key: str = ""

    @property
    def name(self) -> str:
        """Return the bucket's name."""
        return urlsplit(self.url).netloc

    def connect(self) -> S3Store:
        """Return a client; plain HTTP is spoken only with an endpoint that says so. Nothing is sent yet."""
        config: Any = {"region": self.region}
        if self.endpoint:
            config["endpoint"] = self.endpoint
        if self.access_key:
            config |= {"access_key_id": self.access_key, "secret_access_key": self.secret_key}
        options: Any = CLIENT | {"allow_http": self.endpoint.startswith("http://")}
        prefix = urlsplit(self.url).path.strip("/") or None
        retries: Any = RETRIES
        return S3Store(self.name, prefix=prefix, client_options=options, retry_config=retries, config=config)


class S3Storage(Storage):
    """Blobs as objects; those that a model reads are copied to `copies` first."""

    def __init__(self, bucket: Bucket, copies: Path, copies_bytes: int) -> None:
        self._bucket = bucket
        self._store = bucket.connect()
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="s3")
        self.copies = LocalCopies(copies, copies_bytes, lambda key: self.open(key).pieces)

    def describe(self) -> str:
        return f"{self._bucket.url} at {self._bucket.endpoint or 'Amazon'}"

    def check(self) -> None:
        self.put(CHECK_KEY, b"1")

    def put(self, key: str, content: bytes | Path) -> None:
        checked(key)
        if isinstance(content, Path) and not content.is_file():
            raise FileNotFoundError(content)
        with self._asking("put"):
            obstore.put(self._store, key, content)

    @contextmanager
    def together(self) -> Iterator[Putter]:
        uploads = _Uploads(self._pool, self.put)
        try:
            yield uploads
        finally:
            uploads.wait()
        uploads.succeed()

    def read(self, key: str) -> bytes:
        with self._asking("get"):
            return bytes(obstore.get(self._store, checked(key)).bytes())

    def open(self, key: str, start: int = 0, stop: int | None = None) -> Blob:
        options: Any = None
        if start or stop is not None:
            options = {"range": {"offset": start} if stop is None else (start, stop)}
        with self._asking("get"):
            found = obstore.get(self._store, checked(key), options=options)
        return Blob(found.meta["size"], self._pieces(found))

    def _pieces(self, found: "obstore.GetResult") -> Iterator[bytes]:
        with self._asking("get"):
            yield from found.stream(CHUNK_BYTES)

    def file(self, key: str) -> Path | None:
        checked(key)
        return None

    def sizes(self, keys: Iterable[str]) -> dict[str, int]:
        wanted = list(map(checked, keys))
        found = self._pool.map(self._size, wanted) if len(wanted) > 1 else map(self._size, wanted)
        return {key: size for key, size in zip(wanted, found, strict=True) if size is not None}

    def _size(self, key: str) -> int | None:
        with suppress(FileNotFoundError), self._asking("head"):
            return obstore.head(self._store, key)["size"]
        return None

    def below(self, prefix: str) -> Iterator[str]:
        for page in self._pages(prefix):
            yield from page

    def _pages(self, prefix: str) -> Iterator[list[str]]:
        with self._asking("list"):
            for page in obstore.list(self._store, checked(prefix), chunk_size=LISTED_AT_ONCE):
                yield [each["path"] for each in page]

    def delete(self, key: str) -> None:
        self.delete_all([key])
        for page in self._pages(key):
            self.delete_all(page)

    def delete_all(self, keys: Iterable[str]) -> None:
        removed = list(map(checked, keys))
        with suppress(FileNotFoundError), self._asking("delete"):
            obstore.delete(self._store, removed)

    def local_path(self, key: str) -> Path:
        return self.copies.path(key)

    def local_copies(self, paths: Iterable[str | Path], progress: Progress) -> AbstractContextManager[None]:
        return self.copies.held(self.copies.keys(paths), progress)

    def abandoned(self) -> list[Path]:
        return self.copies.abandoned()

    @contextmanager
    def _asking(self, operation: str) -> Iterator[None]:
        """Turn the client's errors into ours. Theirs quote requests and answers: only the code is kept."""
        try:
            yield
        except FileNotFoundError as error:
            if "NoSuchBucket" not in str(error):
                raise FileNotFoundError(operation) from None
            raise self._unavailable(operation, f"There is no bucket {self._bucket.name!r}.") from None
        except BaseError as error:
            refused = isinstance(error, PermissionDeniedError | UnauthenticatedError) or " 403 " in str(error)
            said = "refuses this service" if refused else "does not answer"
            raise self._unavailable(operation, f"It {said} ({_cause(str(error))}).") from None

    def _unavailable(self, operation: str, reason: str) -> StorageUnavailableError:
        log.warning("storage.unavailable", operation=operation, storage=self.describe(), reason=reason)
        return StorageUnavailableError(f"The blob storage cannot be used. {reason}")


def _cause(said: str) -> str:
    """Return why a request failed: the store's own code, what the connection met, or the HTTP status."""
    if code := _CODE.search(said):
        return code[1]
    if met := next((means for words, means in CAUSES.items() if words in said), None):
        return met
    status = _STATUS.search(said)
    return f"HTTP {status[1]}" if status else "the connection broke"


class _Uploads:
    """Blobs that threads put while more are coming; after the first failure no more are taken."""

    def __init__(self, pool: ThreadPoolExecutor, put: Callable[[str, bytes | Path], None]) -> None:
        self._pool, self._put = pool, put
        self._room = BoundedSemaphore(WAITING)
        self._started: list[Future[None]] = []
        self._error: Exception | None = None

    def put(self, key: str, content: bytes | Path) -> None:
        """Have a blob put; raises what an earlier one failed with."""
        checked(key)
        self._room.acquire()
        try:
            self.succeed()
            self._started.append(self._pool.submit(self._run, key, content))
        except BaseException:
            self._room.release()
            raise

    def _run(self, key: str, content: bytes | Path) -> None:
        try:
            if self._error is None:
                self._put(key, content)
        except Exception as error:
            self._error = error
        finally:
            self._room.release()

    def wait(self) -> None:
        """Return once no blob is on its way any more."""
        for each in self._started:
            each.result()

    def succeed(self) -> None:
        """Raise what a blob failed with."""
        if self._error is not None:
            raise self._error
