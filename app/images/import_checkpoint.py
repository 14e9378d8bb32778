"""How far an import is, kept with its job so that another worker goes on from there."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import BaseModel, Field

from app.images.import_plan import new_tally
from app.images.ingest import Entry
from app.images.records import Tally


class Checkpoint(BaseModel):
    """The first `files` files, whose names `digest` stands for, came to `tally`."""

    files: int = 0
    digest: str = ""
    tally: Tally = Field(default_factory=new_tally)

    def advance(self, entries: Iterable[Entry]) -> None:
        """Count the files of a batch, in the order in which they were imported."""
        for entry in entries:
            self.digest = _chained(self.digest, entry.name)
            self.files += 1


def resume(stored: dict[str, Any] | None, entries: Sequence[Entry]) -> Checkpoint:
    """Return the stored checkpoint of an import of `entries`, or one that starts where there is none.

    Where other files come first than before, the import starts again: what is there counts as duplicates.
    """
    if stored is None:
        return Checkpoint()
    checkpoint, same = Checkpoint.model_validate(stored), Checkpoint()
    same.advance(entries[: checkpoint.files])
    return checkpoint if same.digest == checkpoint.digest else Checkpoint()


def _chained(digest: str, name: str) -> str:
    return hashlib.sha256(digest.encode() + name.encode(errors="surrogatepass")).hexdigest()
