"""Rounds in the middle of labelling, made through the models: no worker and no model runs in these tests."""

from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Engine, select, update

from app.core.database import now, read_session, write_session
from app.core.identifiers import new_id
from app.core.models import (
    Annotation,
    Category,
    Encoder,
    Image,
    Job,
    Lease,
    Membership,
    Project,
    Query,
    Round,
    Step,
    User,
)
from app.projects.image_counters import count_images
from ml.config import RoundConfig


@dataclass
class Labelling:
    """A project whose round is being labelled; `images` are the queried ones, `spare` the substitutes."""

    project_id: str
    encoder_id: str
    categories: list[str]
    images: list[str]
    spare: list[str]
    round_id: str = ""
    step_id: str = ""
    queries: list[str] = field(default_factory=list)


def make_project(
    engine: Engine | None = None,
    *,
    members: dict[str, str] | None = None,
    categories: int = 2,
    images: int = 3,
    spare: int = 2,
) -> Labelling:
    """Return a project without a round; `members` gives users (made where there are none yet) a role."""
    project_id, encoder_id = new_id(), new_id()
    category_ids = [new_id() for _ in range(categories)]
    image_ids = [new_id() for _ in range(images + spare)]
    with write_session(engine) as session:
        session.add(Project(id=project_id, name="Digits", pool_images=images + spare))
        session.flush()
        session.add(
            Encoder(id=encoder_id, project_id=project_id, name="e", kind="bundled", config={}, state="ready")
        )
        session.flush()
        for position, category_id in enumerate(category_ids):
            name = f"digit {position}"
            session.add(Category(id=category_id, project_id=project_id, name=name, position=position))
        session.add_all(new_image(project_id, image_id) for image_id in image_ids)
        for name, role in (members or {"olga": "owner"}).items():
            user = session.scalars(select(User).where(User.name == name)).first() or User(id=name, name=name)
            session.add(user)
            session.flush()
            session.add(Membership(project_id=project_id, user_id=user.id, role=role))
    return Labelling(project_id, encoder_id, category_ids, image_ids[:images], image_ids[images:])


def new_image(project_id: str, image_id: str, **columns: Any) -> Image:
    """Return an image row without a file."""
    digest = sha256(image_id.encode()).hexdigest()
    values = {"split": "pool", "format": "PNG", "width": 28, "height": 28, "bytes": 9, "sha256": digest}
    return Image(id=image_id, project_id=project_id, filename=f"{image_id[-4:]}.png", **(values | columns))


def add_image(project_id: str, image_id: str = "", **columns: Any) -> str:
    """Add an image without a file to the project; returns its id."""
    with write_session() as session:
        image = new_image(project_id, image_id or new_id(), **columns)
        session.add(image)
        session.flush()
        count_images(session, project_id, image.split, 1)
    return image.id


def add_round(made: Labelling, engine: Engine | None = None, *, steps: int = 2) -> Labelling:
    """Give the project a round at step 1, one query an image in their order; an earlier round is done."""
    made.round_id, made.step_id = new_id(), new_id()
    made.queries = [new_id() for _ in made.images]
    config = RoundConfig(schedule=[1] * steps, encoder_id=made.encoder_id).model_dump(mode="json")
    guesses = [
        {"category_id": category, "confidence": round(0.9 - 0.5 * rank, 2)}
        for rank, category in enumerate(made.categories[:2])
    ]
    with write_session(engine) as session:
        earlier = update(Round).where(Round.project_id == made.project_id).values(state="done")
        number = session.connection().execute(earlier).rowcount + 1
        session.add(
            Round(
                id=made.round_id,
                project_id=made.project_id,
                number=number,
                encoder_id=made.encoder_id,
                config=config,
                state="labelling",
                step=1,
                budget=len(made.images) * steps,
            )
        )
        session.flush()
        session.add(Step(id=made.step_id, round_id=made.round_id, index=1, asked=len(made.images)))
        session.flush()
        session.add_all(
            Query(
                id=query_id,
                round_id=made.round_id,
                step_id=made.step_id,
                image_id=image_id,
                position=position,
                suggestions=guesses,
                cluster_size=41,
                cluster_image_ids=made.spare[:1],
                substitutes=made.spare,
            )
            for position, (query_id, image_id) in enumerate(zip(made.queries, made.images, strict=True))
        )
    return made


def make_labelling(engine: Engine | None = None, **options: Any) -> Labelling:
    """Return a project with a round at step 1; `options` are those of `make_project`."""
    return add_round(make_project(engine, **options), engine)


def expire_leases() -> None:
    """Let every lease have run out a second ago."""
    with write_session() as session:
        session.execute(update(Lease).values(expires_at=now() - timedelta(seconds=1)))


def query_states(made: Labelling) -> list[tuple[str, str]]:
    """Return (image id, state) of the round's queries in their order."""
    statement = select(Query.image_id, Query.state).where(Query.round_id == made.round_id)
    with read_session() as session:
        return [(row.image_id, row.state) for row in session.execute(statement.order_by(Query.position))]


def round_jobs(made: Labelling) -> list[tuple[str, int | None, str]]:
    """Return (kind, step, state) of the round's jobs."""
    statement = select(Job.kind, Job.step, Job.state).where(Job.round_id == made.round_id).order_by(Job.id)
    with read_session() as session:
        return [(row.kind, row.step, row.state) for row in session.execute(statement)]


def kept_answers(query_id: str) -> list[tuple[str | None, int | None, bool]]:
    """Return (category or skip, slot, standing) of every answer to a query, oldest first."""
    statement = select(Annotation).where(Annotation.query_id == query_id).order_by(Annotation.id)
    with read_session() as session:
        return [
            (row.category_id or row.skip, row.slot, row.superseded_at is None)
            for row in session.scalars(statement)
        ]
