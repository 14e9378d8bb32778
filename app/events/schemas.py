"""Bodies of server-sent events."""

from pydantic import BaseModel

from app.jobs.schemas import JobOut
from app.rounds.schemas import RoundOut


class ProjectSnapshot(BaseModel):
    """What one server-sent event says: the active (or else newest) round and the jobs worth showing.

    `categories` changes with the names, keys, order and archiving of the project's categories.
    """

    round: RoundOut | None
    jobs: list[JobOut]
    categories: str
