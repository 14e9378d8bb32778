"""What is written now and read later, without being held in memory."""

import gzip
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack

LEVEL = 1
PIECE_BYTES = 64 * 1024


class Spool:
    """Bytes in a temporary file without a name, compressed: all are written, then they are read.

    `size` is the number of bytes that were written. All of it is forgotten with `stack`.
    """

    def __init__(self, stack: ExitStack) -> None:
        self._file = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115  (it is the stack's)
        self._written = stack.enter_context(gzip.GzipFile(fileobj=self._file, mode="wb", compresslevel=LEVEL))
        self.size = 0

    def write(self, content: bytes) -> None:
        """Add `content` at the end."""
        self.size += self._written.write(content)

    def lines(self) -> Iterator[bytes]:
        """Yield what was written, line by line; nothing can be written any more."""
        with self._read() as written:
            yield from written

    def pieces(self) -> Iterator[bytes]:
        """Yield what was written in pieces of 64 KiB; nothing can be written any more."""
        with self._read() as written:
            while piece := written.read(PIECE_BYTES):
                yield piece

    def _read(self) -> gzip.GzipFile:
        self._written.close()
        self._file.seek(0)
        return gzip.GzipFile(fileobj=self._file, mode="rb")
