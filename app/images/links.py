"""Links to images for tools that have no account here: signed, for one image, and for a time.

The key is the project's own and never leaves the database. A link works until its time is over, its image or
project is deleted, or the project's key is thrown away.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.config import get_settings
from app.core.database import now
from app.core.models import Image, Project
from app.core.problems import Problem

Link = Callable[[str], str]


def image_links(session: Session, project_id: str, service: str) -> Link:
    """Return a function of an image's id that returns its link, which begins with the `service`'s address.

    Makes the project's key, in the caller's transaction, where it has none.
    """
    of_project = Project.id == project_id
    key = secrets.token_hex(32)
    session.execute(update(Project).where(of_project, Project.link_key.is_(None)).values(link_key=key))
    kept = session.scalars(select(Project.link_key).where(of_project)).one() or key
    expires = int((now() + timedelta(days=get_settings().image_link_days)).timestamp())

    def link(image_id: str) -> str:
        signature = _signature(kept, image_id, str(expires))
        return f"{service}/api/v1/images/{image_id}/shared?expires={expires}&signature={signature}"

    return link


def linked_image(session: Session, image_id: str, expires: str, signature: str) -> tuple[Image, int]:
    """Return the image of a link, and how many seconds the link has left; 403 where the link is not valid."""
    statement = select(Image, Project.link_key).join(Project, Project.id == Image.project_id)
    row = session.execute(statement.where(Image.id == image_id)).first()
    key = row.link_key if row else None
    genuine = hmac.compare_digest(_signature(key or "", image_id, expires).encode(), signature.encode())
    if row is None or key is None or not genuine:
        raise Problem(403, "This link is not valid.")
    left = int(expires) - int(now().timestamp())
    if left <= 0:
        raise Problem(403, "The time of this link is over. Export again.")
    return row.Image, left


def forget_links(session: Session, project_id: str) -> None:
    """Let no link to the project's images work any more."""
    session.execute(update(Project).where(Project.id == project_id).values(link_key=None))


def _signature(key: str, image_id: str, expires: str) -> str:
    return hmac.new(key.encode(), f"{image_id}\n{expires}".encode(), hashlib.sha256).hexdigest()
