"""Users, sessions, sign-in links and tokens. The command line uses these functions too."""

from datetime import timedelta
from functools import lru_cache

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from app.core.config import get_settings
from app.core.database import now, read_session
from app.core.models import ApiToken, BrowserSession, SignInLink, User
from app.core.names import name_key
from app.core.problems import Problem, not_found
from app.core.security import hash_password, new_token, token_hash, verify_password

LINK_HOURS = 24
FIRST_ADMIN = "admin"


def create_user(session: Session, name: str, password_hash: str | None = None, role: str = "member") -> User:
    """Return a new user; 409 where the name is taken. Without a password only a sign-in link lets them in."""
    same = called(session, name)
    if same is not None:
        raise Problem(409, f"There is a user called {same.name} already.", field="name")
    user = User(name=name, password_hash=password_hash, role=role)
    session.add(user)
    session.flush()
    return user


def ensure_admin(session: Session) -> User | None:
    """Return a new administrator without a password where there are no users at all, else None."""
    if session.scalar(select(func.count()).select_from(User)):
        return None
    return create_user(session, FIRST_ADMIN, role="admin")


def find_user(session: Session, name: str) -> User:
    """Return the user called `name`; 404 where there is none."""
    user = called(session, name)
    if user is None:
        raise not_found("user")
    return user


def called(session: Session, name: str) -> User | None:
    """Return the user of that name, whatever its case or composition, or None."""
    same = select(User).where(or_(User.name == name, User.name_key == name_key(name)))
    return session.scalars(same.order_by((User.name == name).desc()).limit(1)).first()


def make_sign_in_link(session: Session, name: str) -> str:
    """Return the path of a page that signs the user called `name` in, once, within 24 hours."""
    token = new_token("link")
    expires_at = now() + timedelta(hours=LINK_HOURS)
    user = find_user(session, name)
    session.add(SignInLink(user_id=user.id, token_hash=token_hash(token), expires_at=expires_at))
    session.flush()
    return f"/sign-in/{token}"


def find_link_user(session: Session, token: str) -> User:
    """Return whom the unused, unexpired sign-in link `token` is for; 404 otherwise."""
    statement = (
        select(User)
        .join(SignInLink, SignInLink.user_id == User.id)
        .where(SignInLink.token_hash == token_hash(token), User.active)
        .where(SignInLink.used_at.is_(None), SignInLink.expires_at > now())
    )
    user = session.scalar(statement)
    if user is None:
        raise Problem(404, "This sign-in link has been used or has expired. Ask for a new one.")
    return user


def use_link(session: Session, token: str, password_hash: str | None) -> tuple[User, str]:
    """Use the link `token` up and return its user and a session secret.

    A given password replaces the old one: it ends the user's other sessions and withdraws their API tokens,
    for a password is reset where somebody else may know it. A first password leaves the tokens. 422, with the
    link left usable, where the user has no password and none is given.
    """
    user = find_link_user(session, token)
    if password_hash is None and user.password_hash is None:
        raise Problem(422, "Choose a password of at least 8 characters.", field="password")
    used = session.execute(
        update(SignInLink)
        .where(SignInLink.token_hash == token_hash(token), SignInLink.used_at.is_(None))
        .values(used_at=now())
        .returning(SignInLink.id)
    )
    if used.first() is None:
        raise Problem(404, "This sign-in link has been used or has expired. Ask for a new one.")
    if password_hash is not None:
        if user.password_hash is not None:
            session.execute(delete(ApiToken).where(ApiToken.user_id == user.id))
        user.password_hash = password_hash
        end_sessions(session, user.id)
    return user, start_session(session, user.id)


@lru_cache
def _unknown_user_hash() -> str:
    return hash_password(new_token("nobody"))


def check_password(user: User | None, password: str) -> bool:
    """Return whether `user` may sign in with `password`; the work is the same where there is no such user."""
    known = user is not None and user.active and user.password_hash is not None
    stored = user.password_hash if user is not None and user.password_hash else _unknown_user_hash()
    return verify_password(password, stored) and known


def who_signs_in(name: str, password: str) -> User | None:
    """Return the active user called `name` where the password is theirs, else None."""
    with read_session() as session:
        user = called(session, name.strip())
    return user if check_password(user, password) else None


def start_session(session: Session, user_id: str) -> str:
    """Return the secret of a new browser session; the user's expired ones are cleared away."""
    session.execute(
        delete(BrowserSession).where(BrowserSession.user_id == user_id, BrowserSession.expires_at <= now())
    )
    secret = new_token("session")
    expires_at = now() + timedelta(hours=get_settings().session_hours)
    session.add(BrowserSession(user_id=user_id, token_hash=token_hash(secret), expires_at=expires_at))
    session.flush()
    return secret


def end_sessions(session: Session, user_id: str) -> None:
    """End every browser session of a user at once."""
    session.execute(delete(BrowserSession).where(BrowserSession.user_id == user_id))


def create_token(session: Session, user_id: str, name: str) -> tuple[ApiToken, str]:
    """Return a new API token's row and its secret, which is not stored and cannot be shown again."""
    secret = new_token("eigenlabel")
    row = ApiToken(user_id=user_id, name=name, token_hash=token_hash(secret))
    session.add(row)
    session.flush()
    return row, secret


def change_user(session: Session, user: User, role: str | None, active: bool | None, by: str) -> None:
    """Change a user's role or whether they may sign in; ends their sessions.

    409 for the last administrator, and for one who does it to themselves: they would be locked out by a slip.
    """
    stays_admin = (role or user.role) == "admin" and active is not False
    if user.id == by and not stays_admin:
        what = "deactivate yourself" if active is False else "take your own rights of an administrator away"
        detail = f"You cannot {what}. Ask another administrator."
        raise Problem(409, detail, field="active" if active is False else "role")
    admins = select(User.id).where(User.role == "admin", User.active).order_by(User.id).with_for_update()
    if user.role == "admin" and not stays_admin and set(session.scalars(admins)) <= {user.id}:
        raise Problem(409, "This is the last administrator.", field="role" if role else "active")
    user.role = role or user.role
    user.active = user.active if active is None else active
    end_sessions(session, user.id)
