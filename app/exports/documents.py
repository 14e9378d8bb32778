"""JSON exports, written a row at a time: our own, and the one that Label Studio imports."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from app.core.database import write_session
from app.exports.content import Content, Export
from app.exports.label_studio import IMAGE, LABEL, choice
from app.exports.rows import exported_images
from app.exports.schemas import ExportedImage, lost_models_out, model_out
from app.images.links import Link, image_links
from app.rounds.newest import TrainedStep


def write_json(export: Export) -> Content:
    """Return the project as our own JSON."""
    return Content(json_document(exported_images(export.source), document_head(export)))


def write_label_studio(export: Export) -> Content:
    """Return the project as tasks of Label Studio, with links to its images that work for a time."""
    with write_session() as session:
        link = image_links(session, export.project_id, export.site)
    images = exported_images(export.source)
    return Content(label_studio_document(images, export.source.model, link, export.certified))


def document_head(export: Export) -> dict[str, Any]:
    """Return what our own JSON says of the project, the model that predicts, and what is certified."""
    source, certificate = export.source, export.certificate
    return {
        "project": {"id": source.project_id, "name": export.name},
        "certificate": certificate.model_dump(mode="json") if certificate else None,
        "audited": export.audited,
        "categories": source.listed,
        "model": model_out(source.model).model_dump() if source.model else None,
        "lost_models": [each.model_dump() for each in lost_models_out(source.lost_models)],
    }


def json_document(images: Iterable[ExportedImage], head: dict[str, Any]) -> Iterator[str]:
    """Yield `{..head, "images": [...]}`; an image has all its standing answers, newest first."""
    yield json.dumps(head)[:-1] + ', "images": [\n'
    yield from _joined(image.model_dump_json() for image in images)
    yield "\n]}\n"


def label_studio_document(
    images: Iterable[ExportedImage], model: TrainedStep | None, link: Link, certified: str | None = None
) -> Iterator[str]:
    """Yield a list of tasks; their `data` has a link to the image, and what the format has no place for."""
    yield "[\n"
    yield from _joined(
        json.dumps(_task(number, image, model, link, certified))
        for number, image in enumerate(images, start=1)
    )
    yield "\n]\n"


def _joined(items: Iterable[str]) -> Iterator[str]:
    for number, item in enumerate(items):
        yield f",\n{item}" if number else item


def _task(
    number: int, image: ExportedImage, model: TrainedStep | None, link: Link, certified: str | None
) -> dict[str, Any]:
    label, guess = image.label, image.prediction
    provenance = label.model_dump(mode="json", exclude={"category", "seconds", "skip"}) if label else None
    data = {
        IMAGE: link(image.id),
        "image_id": image.id,
        "filename": image.filename,
        "path": image.path,
        "sha256": image.sha256,
        "split": image.split,
        "stored": image.stored,
        "label": provenance,
        "model": model_out(model).model_dump() if model and guess else None,
        "certificate": certified,
    }
    annotation = {
        "result": [_choice(label.category)] if label and label.category else [],
        "was_cancelled": False,
        "ground_truth": False,
        "lead_time": label.seconds if label else None,
    }
    prediction = {
        "model_version": model.version if model else None,
        "score": guess.confidence if guess else None,
        "result": [_choice(guess.category)] if guess else [],
    }
    return {
        "id": number,
        "data": data,
        "annotations": [annotation] if label else [],
        "predictions": [prediction] if guess else [],
    }


def _choice(category: str) -> dict[str, Any]:
    return {"from_name": LABEL, "to_name": IMAGE, "type": "choices", "value": {"choices": [choice(category)]}}
