"""Whether the database is of this release: a worker of another one must not touch its jobs."""

from app.core.database import get_engine
from migrations.upgrade import at_head

FOREIGN = "The database has the schema of another release than this worker: start the worker's new image."


def is_ours() -> bool:
    """Return whether the database has this release's schema; raises where it does not answer."""
    return at_head(get_engine())
