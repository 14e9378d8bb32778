"""Image folders that say what they lack: images whose files are gone from storage are in `missing.csv`."""

from zipstream import ZipStream

from app.exports.folders import folder_archive
from app.exports.rows import Source, exported_images
from app.exports.tables import csv_lines

MISSING = "missing.csv"


def folders_with_missing(source: Source) -> tuple[ZipStream, int]:
    """Return the archive of the labelled images and how many of them it lacks, by a table of these."""
    images = list(exported_images(source, labelled_only=True))
    archive = folder_archive(images, source.listed, source.model, with_truth=source.with_truth)
    lost = [image for image in images if not image.stored]
    if lost:
        archive.add("".join(csv_lines(lost, source.model, with_truth=source.with_truth)), MISSING)
    return archive, len(lost)
