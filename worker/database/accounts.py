"""Users, sign-in links and tokens for the command line."""

from sqlalchemy import Select, select

from app.auth import service
from app.auth.schemas import NewUser
from app.core.database import get_engine, write_session
from app.core.models import User
from app.core.security import hash_password
from migrations.upgrade import upgrade_to_head


def migrate() -> None:
    """Bring the database to the newest schema."""
    upgrade_to_head(get_engine())


def first_sign_in() -> tuple[str, str | None]:
    """Return an administrator's name, and the path of their sign-in link where they are new."""
    with write_session() as session:
        made = service.ensure_admin(session)
        if made is not None:
            return made.name, service.make_sign_in_link(session, made.name)
        return session.scalars(administrator()).one().name, None


def administrator() -> Select[User]:
    """Return the statement that finds the first active administrator: there always is one."""
    return select(User).where(User.role == "admin", User.active).order_by(User.id).limit(1)


def create_user(name: str, password: str, *, admin: bool) -> None:
    """Make a user; Problem where the name is taken, ValidationError where name or password will not do."""
    user = NewUser(name=name, password=password, role="admin" if admin else "member")
    hashed = hash_password(password)
    with write_session() as session:
        service.create_user(session, user.name, hashed, user.role)


def make_sign_in_link(name: str) -> str:
    """Return the path of a one-time sign-in link; Problem where there is no such user."""
    with write_session() as session:
        return service.make_sign_in_link(session, name)


def create_token(name: str) -> str:
    """Return a new API token of the user called `name`; Problem where there is no such user."""
    with write_session() as session:
        user = service.find_user(session, name)
        return service.create_token(session, user.id, "command line")[1]
