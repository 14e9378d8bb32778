"""Pretraining before it starts: can it be done, and what will it take."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import scoped
from app.core.database import now
from app.core.models import Encoder, Image, Job, Project, Source
from app.core.order import newest_first
from app.core.problems import Problem
from app.core.states import JOB_LIVE
from app.deps import Principal
from app.encoders.schemas import Estimate
from app.encoders.service import speed_profile
from app.jobs.service import create_job
from app.projects.image_counters import left_out
from ml.config import PUBLISHED_NETWORKS, PretrainConfig, pretrain_config

FAILURE_STANDS = timedelta(minutes=10)


def require_possible(
    session: Session, project_id: str, config: PretrainConfig, user: Principal, field: str
) -> tuple[int, int]:
    """Return (source images, pool images) of a pretraining; 422 where it cannot be done.

    `field` is where `config` stands in the request. A pool that is still being imported may be empty.
    """
    source = 0 if config.mode == "uf" else _source_images(session, config, user, f"{field}.source_id")
    if config.mode == "uf":
        _require_initial(session, project_id, config, f"{field}.initial_encoder_id")
    target, growing = count_pool(session, project_id), importing(session, project_id)
    if config.mode != "vup" and not target and not growing:
        raise Problem(422, "The project's pool has no images.", field=f"{field}.mode")
    images = config.epoch_images(source, target)
    if images < config.batch_size and not (config.mode == "uf" and growing):
        reason = f"An epoch has {images:,} images: fewer than one batch of {config.batch_size:,}."
        raise Problem(422, reason, field=f"{field}.batch_size")
    return source, target


def _source_images(session: Session, config: PretrainConfig, user: Principal, field: str) -> int:
    if not config.source_id:
        raise Problem(422, "Choose a source.", field=field)
    statement = scoped(Source, user).where(Source.id == config.source_id).with_for_update(of=Source)
    source = session.scalars(statement).first()
    if source is None:
        raise Problem(422, "There is no such source.", field=field)
    if source.state != "ready":
        raise Problem(422, f"The source is not ready: it is {source.state}.", field=field)
    return count_pool(session, source.project_id) if source.project_id else source.images or 0


def _require_initial(session: Session, project_id: str, config: PretrainConfig, field: str) -> None:
    if not config.initial_encoder_id:
        raise Problem(422, "Choose the encoder to go on from.", field=field)
    initial = session.scalars(
        select(Encoder).where(Encoder.id == config.initial_encoder_id, Encoder.project_id == project_id)
    ).first()
    if initial is None or initial.kind not in {"pretrain", "checkpoint"}:
        raise Problem(422, "The project has no such pretrained encoder.", field=field)
    if initial.state != "ready":
        raise Problem(422, f"This encoder is not ready: it is {initial.state}.", field=field)
    backbone, stem = _network_of(initial, field)
    if (backbone, stem) != (config.backbone, config.stem):
        reason = f"This encoder is a {backbone} with the stem {stem}: choose these."
        raise Problem(422, reason, field=field)


def _network_of(encoder: Encoder, field: str) -> tuple[str, str]:
    """Return the backbone and the stem of an encoder; 422 where pretraining has no such network."""
    if encoder.kind == "pretrain":
        begun = pretrain_config.validate_python(encoder.config["config"])
        return begun.backbone, begun.stem
    architecture = encoder.details["architecture"]
    if architecture not in PUBLISHED_NETWORKS:
        raise Problem(422, f"This encoder is a {architecture}: pretraining has no such network.", field=field)
    return PUBLISHED_NETWORKS[architecture]


def count_pool(session: Session, project_id: str) -> int:
    """Return how many images of the project's pool a pretraining sees: those that can be read."""
    readable = Project.pool_images - left_out(Image.excluded == "broken")
    return session.scalars(select(readable).where(Project.id == project_id)).one()


def importing(session: Session, project_id: str) -> bool:
    """Return whether an import of the project is waiting or running."""
    statement = select(Job.id).where(
        Job.project_id == project_id, Job.kind == "import", Job.state.in_(JOB_LIVE)
    )
    return session.scalars(statement.limit(1)).first() is not None


def estimate(session: Session, config: PretrainConfig, source: int, target: int, user_id: str) -> Estimate:
    """Return what a pretraining on so many images takes; where no speed is known, a job measures it."""
    steps, profile = config.steps(source, target), speed_profile(config)
    speed = _measured_speed(session, profile)
    return Estimate(
        source_images=source,
        target_images=target,
        target_draws=config.target_draws(source, target),
        epoch_images=config.epoch_images(source, target),
        steps=steps,
        warm_up_epochs=config.warm_up(),
        images_per_second=speed,
        seconds=steps * config.batch_size / speed if speed else None,
        job_id=None if speed else _measuring_job(session, config, profile, user_id),
    )


def _measured_speed(session: Session, profile: str) -> float | None:
    statement = (
        select(Job.result)
        .where(Job.kind.in_(("pretrain", "throughput")), Job.state == "done")
        .where(Job.params["profile"].as_string() == profile)
        .order_by(Job.finished_at.desc(), *newest_first(Job))
    )
    result = session.scalars(statement.limit(1)).first()
    return float(result["images_per_second"]) if result else None


def _measuring_job(session: Session, config: PretrainConfig, profile: str, user_id: str) -> str | None:
    """Return the job that measures, a new one where there is none; None where one has just failed."""
    measuring = select(Job).where(Job.kind == "throughput", Job.params["profile"].as_string() == profile)
    job = session.scalars(measuring.order_by(*newest_first(Job)).limit(1)).first()
    if job is not None and job.state in JOB_LIVE:
        return job.id
    if job is not None and job.finished_at and job.finished_at > now() - FAILURE_STANDS:
        return None
    params = {"profile": profile, "config": config.model_dump(mode="json")}
    return create_job(session, "throughput", params, created_by=user_id).id
