"""Resolving a claim into what the child is asked: rows become paths, indices and a frozen label snapshot."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select

from app.core.config import get_settings
from app.core.database import read_connection
from app.core.models import Annotation, Category, Encoder, Image, Job, Query, Round, Step, Truth
from app.core.order import oldest_first
from app.core.states import JOB_LIVE, ROUND_ENDED
from app.core.storage import get_storage
from app.core.storage.keys import image_key
from app.projects.weak_labels import WEAK
from ml.config import RoundConfig
from ml.messages import UNKNOWN, CandidatesRequest, EncoderFile, ImageFile, StepRequest
from worker.database.claims import Claim, UnwantedError
from worker.database.first_images import of_some_images
from worker.database.weak_labels import SnapshotRow, dropped_images, weak_labels


@dataclass(frozen=True)
class StepWork:
    """A step's request, and what saving its result needs to remember of the moment it was made.

    `completes` is the step that is learnt from or, where `trains` is not set, the one beside which the next
    is proposed. `snapshot` holds the (annotation id, image id, category id) that the step trains on.
    """

    request: StepRequest
    round_id: str
    completes: int
    trains: bool
    encoder_id: str
    snapshot: list[SnapshotRow]


def output_directory(claim: Claim) -> Path:
    """Return the claim's own folder, where its files wait until they are published."""
    directory = _claim_directory(claim)
    directory.mkdir(parents=True, exist_ok=True)
    return directory


def discard_output(claim: Claim) -> None:
    """Remove the claim's folder; that of a later claim of the same job stays."""
    shutil.rmtree(_claim_directory(claim), ignore_errors=True)


def _claim_directory(claim: Claim) -> Path:
    return get_settings().work_directory / "jobs" / f"{claim.fence.job_id}-{claim.fence.token}"


def cache_directory() -> Path:
    """Return where the child keeps features between jobs."""
    directory = get_settings().work_directory / "cache"
    directory.mkdir(parents=True, exist_ok=True)
    return directory


def load_step(claim: Claim) -> StepWork:
    """Return the work of a job of a round, its labels frozen as they are now.

    A `round_advance` proposes the next step where no `round_propose` has, or is about to; the fits of a
    review ask for nothing. UnwantedError where the round has ended.
    """
    with read_connection() as connection:
        evolution = connection.execute(
            select(
                Round.id,
                Round.project_id,
                Round.kind,
                Round.config,
                Round.encoder_id,
                Round.second_encoder_id,
                Round.finish_requested_at,
                Round.step,
            ).where(Round.id == claim.round_id, Round.state.not_in(ROUND_ENDED))
        ).first()
        if evolution is None:
            raise UnwantedError(claim.round_id)
        config = RoundConfig.model_validate(evolution.config)
        categories = _active_categories(connection, evolution.project_id)
        completes, trains = claim.step or 0, claim.kind != "round_propose"
        wanted = evolution.kind == "loop" and evolution.finish_requested_at is None
        proposes = wanted and evolution.step == completes
        if claim.kind == "round_advance" and _is_being_proposed(connection, claim):
            proposes = False
        snapshot = _snapshot(connection, evolution.project_id)
        weak = weak_labels(connection, evolution.project_id)
        position = {category: index for index, category in enumerate(categories)}
        labels = {row.image_id: position[row.category_id] for row in snapshot}
        asked = config.labels_at(completes + 1, len(categories), model=len(set(labels.values())) > 1)
        test, test_truth = test_images(connection, evolution.project_id, position)
        request = StepRequest(
            config=config if trains else config.ahead(),
            encoder=encoder_file(connection, evolution.encoder_id),
            second_encoder=second_encoder_file(connection, evolution.second_encoder_id),
            pool=pool_images(connection, evolution.project_id),
            test=test,
            test_truth=test_truth,
            categories=categories,
            labels=labels,
            weak={row.image_id: position[row.category_id] for row in weak},
            preferred=dropped_images(connection, evolution.id),
            excluded=_excluded(connection, evolution.project_id, evolution.id, completes),
            pending=[] if trains else _pending(connection, evolution.id),
            ask=asked if proposes else 0,
            step=completes + 1,
            cache_directory=cache_directory(),
            output_directory=output_directory(claim),
        )
    if config.open_ended and claim.kind == "round_start":
        request = of_some_images(request)
    learned = [*snapshot, *weak] if config.weak_labels else snapshot
    return StepWork(request, evolution.id, completes, trains, evolution.encoder_id, learned)


def _is_being_proposed(connection: Connection, claim: Claim) -> bool:
    """Return whether a job is under way that proposes the step after that of `claim`."""
    live = select(Job.id).where(Job.round_id == claim.round_id, Job.step == claim.step)
    live = live.where(Job.kind == "round_propose", Job.state.in_(JOB_LIVE))
    return connection.execute(live).first() is not None


def _pending(connection: Connection, round_id: str) -> list[str]:
    """Return the images that people have been asked about and have not answered."""
    asked = (
        select(Query.image_id).join(Round, Round.id == Query.round_id).join(Step, Step.id == Query.step_id)
    )
    asked = asked.where(Round.id == round_id, Step.index <= Round.step, Query.state == "open")
    return list(connection.scalars(asked))


def load_candidates(claim: Claim) -> CandidatesRequest:
    """Return the request of a `candidates` job: images that already have a label are not offered."""
    project_id = claim.project_id or ""
    with read_connection() as connection:
        labelled = (row.image_id for row in _snapshot(connection, project_id))
        return CandidatesRequest(
            encoder=encoder_file(connection, claim.params["encoder_id"]),
            pool=pool_images(connection, project_id),
            excluded=[*_excluded(connection, project_id, None, 0), *labelled],
            clusters=claim.params["clusters"],
            cache_directory=cache_directory(),
        )


def _active_categories(connection: Connection, project_id: str) -> list[str]:
    statement = select(Category.id).where(Category.project_id == project_id, Category.archived_at.is_(None))
    return list(connection.scalars(statement.order_by(Category.position, Category.id)))


def image_file(image_id: str, sha256: str) -> ImageFile:
    path = get_storage().local_path(image_key(sha256))
    return ImageFile(id=image_id, sha256=sha256, path=str(path))


def pool_images(connection: Connection, project_id: str) -> list[ImageFile]:
    """Return the images of the project's pool, in the order in which they came."""
    statement = select(Image.id, Image.sha256).where(Image.project_id == project_id, Image.split == "pool")
    return [image_file(*row) for row in connection.execute(statement.order_by(Image.id))]


def test_images(
    connection: Connection, project_id: str, position: dict[str, int]
) -> tuple[list[ImageFile], list[int]]:
    """Return the project's test images, and the `position` of the category of each, or UNKNOWN."""
    statement = (
        select(Image.id, Image.sha256, Truth.category_id)
        .outerjoin(Truth, Truth.image_id == Image.id)
        .where(Image.project_id == project_id, Image.split == "test")
        .order_by(Image.id)
    )
    rows = connection.execute(statement).all()
    return [image_file(row[0], row[1]) for row in rows], [position.get(row[2], UNKNOWN) for row in rows]


def _snapshot(connection: Connection, project_id: str) -> list[SnapshotRow]:
    """Return one live label per pool image, the newest that is not weak, read by one statement."""
    statement = (
        select(Annotation.id, Annotation.image_id, Category.id.label("category_id"))
        .join(Image, Image.id == Annotation.image_id)
        .join(Category, Category.id == Annotation.category_id)
        .where(Annotation.project_id == project_id, Annotation.superseded_at.is_(None))
        .where(Image.split == "pool", Category.archived_at.is_(None), Annotation.kind != WEAK)
        .order_by(*oldest_first(Annotation))
    )
    return list({row.image_id: row for row in connection.execute(statement)}.values())


def _excluded(connection: Connection, project_id: str, round_id: str | None, completes: int) -> list[str]:
    """Return the images never to propose: excluded ones, and those that the round has asked about."""
    excluded = select(Image.id).where(Image.project_id == project_id, Image.excluded.is_not(None))
    asked = select(Query.image_id).join(Step).where(Query.round_id == round_id, Step.index <= completes)
    return list(connection.scalars(excluded.union(asked)))


def second_encoder_file(connection: Connection, encoder_id: str | None) -> EncoderFile | None:
    """Return what `encoder_file` does of the encoder that another is averaged with, if any."""
    return encoder_file(connection, encoder_id) if encoder_id is not None else None


def encoder_file(connection: Connection, encoder_id: str) -> EncoderFile:
    """Return an encoder's specification and where its weights lie, if any have been published."""
    statement = select(Encoder.config, Encoder.weights_key, Encoder.weights_sha256)
    config, key, sha256 = connection.execute(statement.where(Encoder.id == encoder_id)).one()
    weights = str(get_storage().local_path(key)) if key else None
    return EncoderFile(spec=config, weights=weights, sha256=sha256)
