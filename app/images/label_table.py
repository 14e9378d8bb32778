"""Labels from a table of files: CSV with a column of paths or names, and one of categories."""

import csv
import io
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.models import Image
from app.core.names import tidy
from app.core.problems import Problem
from app.images.code_pages import CodePage, guess_code_page
from app.images.import_labels import Given
from app.images.ingest import Refused
from app.images.names import relative_path

FILE_COLUMNS = ("file", "file_name", "filename", "path", "image", "name")
LABEL_COLUMNS = ("label", "category", "class", "class_name", "target")
MAX_ROWS = 2_000_000


@dataclass(frozen=True, slots=True)
class LabelRow:
    """A line of the table: the file as it is written there, and its category."""

    file: str
    label: str


def read_labels(content: bytes, encoding: CodePage | None) -> list[LabelRow]:
    """Return the rows of a CSV file; its first line names the columns.

    The separator is a comma, semicolon or tab; the text is UTF-8, UTF-16 with a mark, or in the code page
    that is given or can be told. 422 where it cannot be read, or has no columns of files and labels.
    """
    text = _decoded(content, encoding)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text))
    try:
        header = [tidy(cell).casefold() for cell in next(lines, [])]
        file, label = _column(header, FILE_COLUMNS, "files"), _column(header, LABEL_COLUMNS, "labels")
        rows = [
            LabelRow(line[file].strip(), tidy(line[label])[:120].strip())
            for line in lines
            if len(line) > max(file, label) and line[file].strip()
        ]
    except csv.Error as error:
        raise Problem(422, f"The table cannot be read: {error}.", field="file") from error
    if len(rows) > MAX_ROWS:
        raise Problem(413, f"A table may have {MAX_ROWS} lines at most.", field="file")
    return rows


def _decoded(content: bytes, encoding: CodePage | None) -> str:
    for mark, codec in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark) and encoding is None:
            return content.decode(codec, "replace")
    page, certain = (encoding, True) if encoding else guess_code_page(content.splitlines())
    if not certain:
        raise Problem(
            422, "The code page of the table cannot be told for certain. Choose one.", field="encoding"
        )
    try:
        return content.decode(page)
    except UnicodeDecodeError as error:
        raise Problem(422, f"The table is not written in {page}.", field="encoding") from error


def _separator(text: str) -> str:
    first = text.partition("\n")[0]
    return max(",;\t", key=first.count)


def _column(header: Sequence[str], names: Sequence[str], what: str) -> int:
    for name in names:
        if name in header:
            return header.index(name)
    listed = ", ".join(names[:-1]) + f" or {names[-1]}"
    raise Problem(422, f"No column of {what}: its name is {listed}.", field="file")


def match(session: Session, project_id: str, rows: Sequence[LabelRow]) -> Iterator[Given | Refused]:
    """Yield the label of each row with its image, or why there is none.

    A row names its file by the path that the image came with, or by the end of it where that fits one image.
    """
    paths = [relative_path(row.file) for row in rows]
    images = _by_end(session, project_id, {path.casefold() for path in paths})
    for row, path in zip(rows, paths, strict=True):
        found = images.get(path.casefold(), [])
        exact = [image_id for image_id, whole in found if whole == path]
        candidates = exact or [image_id for image_id, _ in found]
        if not row.label:
            yield Refused(row.file, "No label in this line.")
        elif not candidates:
            yield Refused(row.file, "The project has no image of this path.")
        elif len(candidates) > 1:
            yield Refused(row.file, f"{len(candidates)} images have this name. Give their paths.")
        else:
            yield Given(candidates[0], row.file, row.label)


def _by_end(session: Session, project_id: str, wanted: Collection[str]) -> dict[str, list[tuple[str, str]]]:
    """Return (image id, path) by those ends of the path that are `wanted`: each begins at a folder."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for image_id, path in session.execute(select(Image.id, Image.path).where(Image.project_id == project_id)):
        end = path
        while end:
            if end.casefold() in wanted:
                found[end.casefold()].append((image_id, path))
            end = end.partition("/")[2]
    return found
