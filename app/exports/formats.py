"""The formats that labels leave in, one row each: API, schema, browser and command line read this table."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ExportFormat:
    """`title` and `hint` are the browser's words, `suffix` ends the name of the file.

    `writer` is `module.function` below `app.exports`: it is given an `Export` and returns its `Content`
    (`app/exports/content.py`).
    """

    title: str
    hint: str
    suffix: str
    media_type: str
    writer: str


FORMATS: dict[str, ExportFormat] = {
    "csv": ExportFormat(
        "CSV", "Labels and predictions, one row an image", ".csv", "text/csv", "tables.write_csv"
    ),
    "json": ExportFormat(
        "JSON", "With where each label came from", ".json", "application/json", "documents.write_json"
    ),
    "labelstudio": ExportFormat(
        "Label Studio JSON",
        "Tasks for its import, with links to images",
        "-labelstudio.json",
        "application/json",
        "documents.write_label_studio",
    ),
    "labelstudio-config": ExportFormat(
        "Label Studio config",
        "Its labelling interface, in XML",
        "-labelstudio.xml",
        "application/xml",
        "label_studio.write_config",
    ),
    "imagefolder": ExportFormat(
        "Labelled images in folders",
        "A zip with one folder a category",
        ".zip",
        "application/zip",
        "folders.write_folders",
    ),
}


def known_format(name: str) -> str:
    """Return `name`; ValueError with those that there are where no format is called so."""
    if name not in FORMATS:
        raise ValueError(f"There is no format {name!r}; there are {', '.join(FORMATS)}.")
    return name
