"""Who is calling. Handlers open their own transaction, so that it is committed before the answer leaves.

What only looks at the request is `async`: it waits for nothing, and a thread of its own would cost more.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any

from fastapi import Depends, Header, Request
from sqlalchemy import Select, bindparam, select

from app.core.database import UtcDateTime, now, read_connection
from app.core.models import ApiToken, BrowserSession, User
from app.core.problems import Problem
from app.core.public_address import is_same_origin
from app.core.security import token_hash

SESSION_COOKIE = "eigenlabel_session"
BODY_TYPES = {"application/json", "multipart/form-data"}
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
IdempotencyHeader = Annotated[str | None, Header(alias="Idempotency-Key", min_length=1, max_length=200)]


@dataclass(frozen=True)
class Credentials:
    """The hash of the presented secret, and where it came from."""

    hash: str
    cookie: bool

    @property
    def parameters(self) -> dict[str, Any]:
        """Return what `user_statement` is executed with."""
        return {"credential": self.hash} | ({"moment": now()} if self.cookie else {})


@dataclass(frozen=True)
class Principal:
    """The signed-in user."""

    id: str
    name: str
    role: str
    credentials: Credentials

    @property
    def admin(self) -> bool:
        return self.role == "admin"


async def get_credentials(request: Request) -> Credentials:
    """Return the credentials of `request`; 401 without any, 403 for a cookie sent from a foreign page."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() in {"bearer", "token"} and token.strip():
        return Credentials(token_hash(token.strip()), cookie=False)
    cookie = request.cookies.get(SESSION_COOKIE)
    if not cookie:
        raise unauthorised()
    require_same_origin(request)
    return Credentials(token_hash(cookie), cookie=True)


def require_same_origin(request: Request) -> None:
    """Raise 403 for an unsafe method that no page of this service sends."""
    if request.method in SAFE_METHODS or is_same_origin(request):
        return
    detail, origin = "Requests with a session cookie must come from this site.", request.headers.get("origin")
    if origin:
        detail += (
            f" This one comes from {origin} and asks for {request.headers.get('host')}. Behind a proxy, have "
            "it hand on the Host header with its port, or set EIGENLABEL_PUBLIC_URL."
        )
    raise Problem(403, detail)


async def require_json(request: Request) -> None:
    """Raise 415 for a body that an HTML form of another site could send; files come as multipart."""
    has_body = "transfer-encoding" in request.headers or request.headers.get("content-length", "0") != "0"
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if has_body and content_type not in BODY_TYPES:
        raise Problem(415, "Send the body as application/json.")


def unauthorised() -> Problem:
    """Return the answer to a caller who is not signed in."""
    return Problem(401, "Sign in or send a valid token.", headers={"WWW-Authenticate": "Bearer"})


@lru_cache
def user_statement(*, cookie: bool) -> Select[str, str, str]:
    """Return the statement that finds the active user (id, name, role) behind some `Credentials.parameters`.

    It is built once, so that the busiest routes can join what they need to it and keep the result.
    """
    statement = select(User.id, User.name, User.role).where(User.active)
    if not cookie:
        return statement.join(ApiToken, ApiToken.user_id == User.id).where(
            ApiToken.token_hash == bindparam("credential")
        )
    return statement.join(BrowserSession, BrowserSession.user_id == User.id).where(
        BrowserSession.token_hash == bindparam("credential"),
        BrowserSession.expires_at > bindparam("moment", type_=UtcDateTime()),
    )


def get_principal(credentials: Annotated[Credentials, Depends(get_credentials)]) -> Principal:
    """Return the signed-in user; 401 where the credentials are unknown or expired."""
    with read_connection() as connection:
        row = connection.execute(user_statement(cookie=credentials.cookie), credentials.parameters).first()
    if row is None:
        raise unauthorised()
    return Principal(id=row.id, name=row.name, role=row.role, credentials=credentials)


def get_admin(principal: Annotated[Principal, Depends(get_principal)]) -> Principal:
    """Return the signed-in administrator; 403 for anyone else."""
    if not principal.admin:
        raise Problem(403, "Only an administrator may do this.")
    return principal


CredentialsDep = Annotated[Credentials, Depends(get_credentials)]
CurrentUser = Annotated[Principal, Depends(get_principal)]
CurrentAdmin = Annotated[Principal, Depends(get_admin)]
