"""Deleting a project in parts: each is one short transaction, and what was stored of it goes right after.

What a part removes from storage stands in the job's checkpoint before it is removed, so that a worker that
was killed between leaves nothing behind.
"""

from collections import Counter
from datetime import timedelta

from sqlalchemy import delete, select

from app.core.database import now, read_session, write_session
from app.core.models import Encoder, Image, Job, Project, Round, Step
from app.core.states import JOB_LIVE
from app.core.storage.keys import remove_blobs
from app.jobs.service import create_job
from app.projects.deleting import KIND
from app.projects.image_counters import count_images
from worker.database.claims import Claim, fenced_session, held
from worker.database.outcomes import finish_in

IMAGES = 100
"""How many images a transaction deletes, with their labels: some ten milliseconds."""


AGAIN_AFTER = timedelta(hours=1)
"""When a deletion that has failed is tried again."""


def derive_deletions() -> None:
    """Insert a job for every deleted project whose last one has failed, or was cancelled, long ago."""
    waiting = select(Project.id).where(Project.deleted_at.is_not(None))
    with read_session() as session:
        if not (deleted := session.scalars(waiting).all()):
            return
    with write_session() as session:
        tried = select(Job).where(Job.kind == KIND, Job.created_at > now() - AGAIN_AFTER)
        live = select(Job).where(Job.kind == KIND, Job.state.in_(JOB_LIVE))
        known = {job.params["project_id"] for query in (tried, live) for job in session.scalars(query)}
        for project_id in sorted(set(deleted) - known):
            create_job(session, KIND, {"project_id": project_id})


def delete_some(claim: Claim, project_id: str) -> tuple[int, int]:
    """Delete some images of the project; returns (how many, how many are left), (0, 0) after the last."""
    with fenced_session(claim.fence) as session:
        project = session.get(Project, project_id)
        chosen = (
            select(Image.id, Image.sha256, Image.split).where(Image.project_id == project_id).limit(IMAGES)
        )
        images = session.execute(chosen).all()
        if project is None or not images:
            return 0, 0
        session.execute(delete(Image).where(Image.id.in_([image.id for image in images])))
        for split, number in Counter(image.split for image in images).items():
            count_images(session, project_id, split, -number)
        hashes = [image.sha256 for image in images]
        session.execute(held(claim.fence).values(checkpoint={"sha256": hashes}))
        session.refresh(project)
        left = project.pool_images + project.test_images
    remove_blobs(hashes)
    return len(images), left


def remove_again(claim: Claim) -> None:
    """Remove what the part before may have left in storage, its worker having been stopped."""
    remove_blobs((claim.checkpoint or {}).get("sha256", []))


def delete_rest(claim: Claim, project_id: str) -> None:
    """Delete the project and what is stored of its rounds and encoders, and end the job."""
    with fenced_session(claim.fence) as session:
        steps = select(Step.id).join(Round).where(Round.project_id == project_id)
        prefixes = [f"steps/{step_id}" for step_id in session.scalars(steps)]
        for encoder_id in session.scalars(select(Encoder.id).where(Encoder.project_id == project_id)):
            prefixes += [f"encoders/{encoder_id}", f"pretraining/{encoder_id}"]
    remove_blobs([], [f"certificates/{project_id}", *prefixes])
    with fenced_session(claim.fence) as session:
        session.execute(delete(Project).where(Project.id == project_id))
        finish_in(session, claim.fence, {})
