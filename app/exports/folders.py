"""Image folders: a zip with one folder a category, which torchvision and Hugging Face read as it is.

How an image is called depends on the paths of all others. So `labels.csv` goes first; while it is sent, the
images that it names are kept in a temporary file, and their files follow. Each is read from the database
once: whatever changes meanwhile, tables and folders say the same. Eight bytes are held of an image (ADR 42).
"""

from collections.abc import Iterator
from contextlib import ExitStack

from app.core.storage import get_storage
from app.core.storage.interface import Blob
from app.core.storage.keys import image_key
from app.exports.archives import LongArchive
from app.exports.content import Content, Export
from app.exports.downloads import in_chunks
from app.exports.file_names import ImageNames, folder_names
from app.exports.metadata import metadata_head, metadata_line
from app.exports.rows import labelled_images
from app.exports.schemas import ExportedImage
from app.exports.spools import Spool
from app.exports.tables import csv_head, image_line

LABELS, MISSING, METADATA = "labels.csv", "missing.csv", "metadata.csv"
CERTIFICATE = "certificate"
SPLITS = {"pool": "train", "test": "test"}


def write_folders(export: Export) -> Content:
    """Return the labelled images in folders; those that are gone from storage are in its `missing.csv`."""
    return Content(_written(export))


def _written(export: Export) -> Iterator[bytes]:
    with ExitStack() as stack:
        archive, folders = LongArchive(stack), _Folders(export, stack)
        if export.certificate is not None:
            document = export.certificate.model_dump_json(indent=2).encode()
            yield from archive.written(f"{CERTIFICATE}.json", iter([document]), len(document))
            sentence = f"{export.certified}\n".encode()
            yield from archive.written(f"{CERTIFICATE}.txt", iter([sentence]), len(sentence))
        yield from archive.written(LABELS, in_chunks(folders.labels()))
        for name, blob in folders.files():
            yield from archive.written(name, blob.pieces, blob.size)
        for name, table in folders.tables():
            yield from archive.written(name, table.pieces(), table.size)
        yield from archive.footer()


class _Folders:
    """What goes into the archive: `labels`, then `files`, then `tables`. Its spools end with `stack`."""

    def __init__(self, export: Export, stack: ExitStack) -> None:
        self._source, self._certified = export.source, export.certified
        self._folders, self._names = folder_names(export.source.listed), ImageNames()
        self._kept, self._missing = Spool(stack), Spool(stack)
        self._metadata = {split: Spool(stack) for split in SPLITS}

    def labels(self) -> Iterator[str]:
        """Yield the table of the labelled images that are in storage, which are kept for `files`."""
        yield csv_head(with_truth=self._source.with_truth)
        for image in labelled_images(self._source):
            if image.label is None:
                continue  # its category is younger than the source
            self._names.add(image, self._folder(image))
            if image.stored:
                self._kept.write(image.model_dump_json().encode() + b"\n")
                yield self._line(image, self._certified)
            else:
                self._miss(image)

    def files(self) -> Iterator[tuple[str, Blob]]:
        """Yield the name and the file of each image; one that has gone from storage since is missing."""
        for line in self._kept.lines():
            image = ExportedImage.model_validate_json(line)
            try:
                blob = get_storage().open(image_key(image.sha256))
            except FileNotFoundError:
                self._miss(image.model_copy(update={"stored": False}))
                continue
            name = self._names.of(image, self._folder(image))
            yield name, blob
            below = name.removeprefix(f"{SPLITS[image.split]}/")
            row = metadata_line(below, image, self._folders, self._source.model)
            _add(self._metadata[image.split], row, metadata_head())

    def tables(self) -> Iterator[tuple[str, Spool]]:
        """Yield the other tables, by name, that have rows; Hugging Face takes all of one for its split."""
        tables = {f"{folder}/{METADATA}": self._metadata[split] for split, folder in SPLITS.items()}
        tables[MISSING] = self._missing
        yield from ((name, table) for name, table in tables.items() if table.size)

    def _folder(self, image: ExportedImage) -> str:
        assert image.label is not None
        return f"{SPLITS[image.split]}/{self._folders[str(image.label.category)]}"

    def _line(self, image: ExportedImage, certified: str | None = None) -> str:
        source = self._source
        return image_line(image, source.model, with_truth=source.with_truth, certified=certified)

    def _miss(self, image: ExportedImage) -> None:
        _add(self._missing, self._line(image), csv_head(with_truth=self._source.with_truth))


def _add(table: Spool, line: str, head: str) -> None:
    """Write a line, after the table's head where it is the first."""
    table.write((line if table.size else head + line).encode())
