"""The model of a round as a download: the newest head, its description, and the encoder it goes with."""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from zipstream import ZipStream

from app.core.models import Encoder, Round
from app.core.problems import Problem
from app.core.storage import get_storage
from app.exports.archives import add_blobs, new_archive
from app.exports.schemas import model_out
from app.rounds.newest import TrainedStep, lost_models_of_round, newest_model_of_round

ENCODER = "encoder.safetensors"
SECOND_ENCODER = "second_encoder.safetensors"
DESCRIPTION = "model.json"
ABOUT = "about.json"
"""Which round and step the model is of, and the accuracy that was shown."""


def model_archive(session: Session, row: Round) -> ZipStream:
    """Return `model.safetensors`, `model.json`, `about.json`, `encoder.safetensors`; 404 before the first.

    Of a model that averages two encoders there is `second_encoder.safetensors` too.
    """
    model = newest_model_of_round(session, row.id)
    if model is not None:
        return _archive(session, model)
    for lost in lost_models_of_round(session, row.id):
        raise _not_whole(f"round {lost.round}, step {lost.step}", lost.files)
    raise Problem(404, "This round has no model yet.")


def _archive(session: Session, model: TrainedStep) -> ZipStream:
    """Return the files of a model, each of them or none: 404 with the name of one that is not stored."""
    archive = new_archive()
    names = {f"{model.key}/{name}": name for name in ("model.safetensors", DESCRIPTION)}
    weights = f"{model.key}/{ENCODER}" if is_finetuned(model) else _weights(session, model.encoder_id)
    second = _weights(session, model.second_encoder_id)
    names |= {key: name for key, name in ((weights, ENCODER), (second, SECOND_ENCODER)) if key is not None}
    archive.add(model_out(model).model_dump_json(indent=2), ABOUT)
    lost = names.keys() - add_blobs(archive, names)
    if lost:
        raise _not_whole(model.name, sorted(names[key] for key in lost))
    return archive


def _not_whole(name: str, files: Iterable[str]) -> Problem:
    return Problem(404, f"The model of {name} is not whole: {', '.join(files)} is missing from storage.")


def is_finetuned(model: TrainedStep) -> bool:
    """Return whether the step has made an encoder of its own, which is stored beside its head."""
    return bool(description_of(model).get("encoder", {}).get("finetuned"))


def description_of(model: TrainedStep) -> dict[str, Any]:
    """Return what `model.json` says, nothing where it is not stored."""
    try:
        description: dict[str, Any] = json.loads(get_storage().read(f"{model.key}/{DESCRIPTION}"))
    except FileNotFoundError:
        return {}
    return description


def _weights(session: Session, encoder_id: str | None) -> str | None:
    return session.scalar(select(Encoder.weights_key).where(Encoder.id == encoder_id))
