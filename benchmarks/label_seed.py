"""A round in the middle of labelling, made through the models: N open queries and one token per annotator.

No model runs: images are rows without files, clusters and suggestions are made up. Rows are only added, to a
project of their own.
"""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, insert, update

from app.core.database import make_engine, write_connection
from app.core.identifiers import new_id
from app.core.models import (
    ApiToken,
    Base,
    Category,
    Encoder,
    Image,
    Membership,
    Project,
    Query,
    Round,
    Step,
    User,
)
from app.core.security import new_token, token_hash
from migrations.upgrade import upgrade_to_head
from ml.config import RoundConfig

CATEGORIES = 10
CLUSTER_IMAGES = 12
SUBSTITUTES = 16
ROWS_AT_ONCE = 500
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Seeded:
    """What the load needs to know: a round, its categories and a token per annotator, the owner's first."""

    project_id: str
    round_id: str
    category_ids: list[str]
    tokens: list[str]


def open_database(place: str) -> Engine:
    """Return an engine for the SQLite file or the database address `place`, with the newest schema."""
    if "://" not in place:
        Path(place).parent.mkdir(parents=True, exist_ok=True)
        place = f"sqlite:///{Path(place).resolve()}"
    engine = make_engine(place)
    upgrade_to_head(engine)
    return engine


def seed(engine: Engine, queries: int, annotators: int) -> Seeded:
    """Add a project with a round of `queries` open queries and its `annotators`."""
    project_id, category_ids = new_id(), [new_id() for _ in range(CATEGORIES)]
    tokens = [new_token("el") for _ in range(annotators)]
    user_ids = [new_id() for _ in range(annotators)]
    image_ids = [new_id() for _ in range(queries + SUBSTITUTES)]
    round_id, step_id, encoder_id = new_id(), new_id(), new_id()
    config = RoundConfig(schedule=[100], encoder_id=encoder_id).model_dump(mode="json")
    images = {"pool_images": len(image_ids)}
    add(engine, Project, [{"id": project_id, "name": f"Load of {annotators}"} | images])
    add(engine, Category, _categories(project_id, category_ids))
    add(engine, User, [{"id": user_id, "name": f"load-{user_id}"} for user_id in user_ids])
    add(engine, Membership, _members(project_id, user_ids))
    add(engine, ApiToken, _tokens(user_ids, tokens))
    add(engine, Image, image_rows(project_id, image_ids))
    encoder = {"id": encoder_id, "project_id": project_id, "name": "none", "kind": "bundled"}
    add(engine, Encoder, [encoder | {"config": {}, "details": {}, "state": "ready"}])
    proposing = {"id": round_id, "project_id": project_id, "number": 1, "state": "proposing", "step": 1}
    add(engine, Round, [proposing | {"encoder_id": encoder_id, "config": config, "budget": queries}])
    add(engine, Step, [{"id": step_id, "round_id": round_id, "index": 1, "asked": queries}])
    add(engine, Query, _queries(round_id, step_id, category_ids, image_ids))
    # only now, for a reaper takes a step without open queries for complete
    with write_connection(engine) as connection:
        connection.execute(update(Round).where(Round.id == round_id).values(state="labelling"))
    return Seeded(project_id, round_id, category_ids, tokens)


def add(engine: Engine, model: type[Base], rows: Rows) -> None:
    """Insert `rows`, some hundred a transaction."""
    for start in range(0, len(rows), ROWS_AT_ONCE):
        with write_connection(engine) as connection:
            connection.execute(insert(model), rows[start : start + ROWS_AT_ONCE])


def _categories(project_id: str, ids: list[str]) -> Rows:
    return [
        {"id": category_id, "project_id": project_id, "name": f"digit {position}", "position": position}
        for position, category_id in enumerate(ids)
    ]


def _members(project_id: str, user_ids: list[str]) -> Rows:
    return [
        {"project_id": project_id, "user_id": user_id, "role": "annotator" if number else "owner"}
        for number, user_id in enumerate(user_ids)
    ]


def _tokens(user_ids: list[str], tokens: list[str]) -> Rows:
    pairs = zip(user_ids, tokens, strict=True)
    return [{"user_id": user_id, "name": "load", "token_hash": token_hash(token)} for user_id, token in pairs]


def image_rows(project_id: str, ids: list[str], split: str = "pool") -> Rows:
    """Return rows of images without files."""
    same = {
        "project_id": project_id,
        "split": split,
        "format": "PNG",
        "width": 28,
        "height": 28,
        "bytes": 400,
    }
    return [
        same | {"id": image_id, "sha256": sha256(image_id.encode()).hexdigest(), "filename": f"{number}.png"}
        for number, image_id in enumerate(ids)
    ]


def _queries(round_id: str, step_id: str, category_ids: list[str], image_ids: list[str]) -> Rows:
    guesses = [{"category_id": category_id, "confidence": 0.1} for category_id in category_ids]
    same = {"round_id": round_id, "step_id": step_id, "suggestions": guesses, "cluster_size": 41}
    asked, substitutes = image_ids[:-SUBSTITUTES], image_ids[-SUBSTITUTES:]
    return [
        same
        | {
            "image_id": image_id,
            "position": position,
            "cluster_image_ids": image_ids[position + 1 : position + 1 + CLUSTER_IMAGES],
            "substitutes": substitutes,
        }
        for position, image_id in enumerate(asked)
    ]
