"""Image folders: a zip with one folder a category, which torchvision and Hugging Face read as it is.

Images whose files are gone from storage are in its `missing.csv`.
"""

from collections.abc import Iterable

from zipstream import ZipStream

from app.core.storage.keys import image_key
from app.exports.archives import add_blobs, new_archive
from app.exports.content import Content, Export
from app.exports.file_names import folder_names, image_names
from app.exports.metadata import metadata_csv
from app.exports.rows import Source, exported_images
from app.exports.schemas import ExportedImage
from app.exports.tables import csv_lines
from app.rounds.newest import TrainedStep

MISSING = "missing.csv"
CERTIFICATE = "certificate"
MISSING_HEADER = "Eigenlabel-Missing-Images"
SPLITS = {"pool": "train", "test": "test"}


def write_folders(export: Export) -> Content:
    """Return the labelled images in folders; a header counts those that are gone from storage."""
    archive, missing = folders_with_missing(export.source, export.certified)
    if export.certificate is not None:
        archive.add(export.certificate.model_dump_json(indent=2), f"{CERTIFICATE}.json")
        archive.add(f"{export.certified}\n", f"{CERTIFICATE}.txt")
    return Content(iter(archive), {"Content-Length": str(len(archive)), MISSING_HEADER: str(missing)})


def folders_with_missing(source: Source, certified: str | None = None) -> tuple[ZipStream, int]:
    """Return the archive of the labelled images and how many of them it lacks, by a table of these."""
    images = list(exported_images(source, labelled_only=True))
    archive = folder_archive(
        images, source.listed, source.model, with_truth=source.with_truth, certified=certified
    )
    lost = [image for image in images if not image.stored]
    if lost:
        archive.add("".join(csv_lines(lost, source.model, with_truth=source.with_truth)), MISSING)
    return archive, len(lost)


def folder_archive(
    images: list[ExportedImage],
    categories: Iterable[str],
    model: TrainedStep | None,
    *,
    with_truth: bool,
    certified: str | None = None,
) -> ZipStream:
    """Return the archive of the labelled `images`: `train/<category>/<path>`, `labels.csv` and metadata."""
    archive, folders = new_archive(), folder_names(categories)
    labelled = [(image, folders[name]) for image in images if image.label and (name := image.label.category)]
    names = image_names([(image, f"{SPLITS[image.split]}/{folder}") for image, folder in labelled])
    added = add_blobs(archive, {image_key(image.sha256): names[image.id] for image, _ in labelled})
    stored = [image for image, _ in labelled if image_key(image.sha256) in added]
    archive.add("".join(csv_lines(stored, model, with_truth=with_truth, certified=certified)), "labels.csv")
    for split, folder in SPLITS.items():  # a table each: Hugging Face takes all rows of one for its split
        rows = [(names[each.id].removeprefix(f"{folder}/"), each) for each in stored if each.split == split]
        if rows:
            archive.add(metadata_csv(rows, folders, model), f"{folder}/metadata.csv")
    return archive
