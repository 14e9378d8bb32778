"""Which database, queue and blob store this process uses, for its log: without secrets."""

from kombu.utils.url import maybe_sanitize_url
from sqlalchemy import make_url

from app.core.config import get_settings
from app.core.storage import get_storage


def describe() -> dict[str, str]:
    """Return what each part is, passwords hidden."""
    settings = get_settings()
    queue = maybe_sanitize_url(settings.celery_url)
    if settings.celery_url.startswith("filesystem"):
        queue = str(settings.queue_directory)
    return {
        "database": make_url(settings.sqlalchemy_url).render_as_string(hide_password=True),
        "queue": queue,
        "storage": get_storage().describe(),
    }
