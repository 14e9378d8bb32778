"""What a format is given to write, and what it makes of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module

from app.certificates.schemas import CertificateOut
from app.exports.formats import FORMATS
from app.exports.rows import Source


@dataclass(frozen=True)
class Export:
    """The project that is exported; `site` is the address under which people reach the service.

    `certificate` is what is certified of its labels, which every format says where it has a place for it. An
    open audit may still ask people about `audited` images, whose guesses are in the export.
    """

    project_id: str
    name: str
    source: Source
    site: str
    certificate: CertificateOut | None = None
    audited: int = 0

    @property
    def certified(self) -> str | None:
        """Return the sentence about its labels; None where nothing was certified."""
        return self.certificate.said if self.certificate else None


@dataclass(frozen=True)
class Content:
    """A file in pieces of text or bytes."""

    parts: Iterable[str] | Iterable[bytes]


def content_of(export: Export, form: str) -> Content:
    """Return `export` in the format `form`; it is read from the database as its parts are taken."""
    module, function = FORMATS[form].writer.split(".")
    content: Content = getattr(import_module(f"app.exports.{module}"), function)(export)
    return content
