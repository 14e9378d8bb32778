"""Sign-in with a password or a one-time link, and who is signed in."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from sqlalchemy import delete

from app.auth import service, throttle
from app.auth.schemas import LinkOut, SetPassword, SignIn, UserOut
from app.core.config import get_settings
from app.core.database import read_session, write_session
from app.core.models import BrowserSession, User
from app.core.problems import Problem
from app.core.public_address import is_https
from app.core.security import hash_password
from app.deps import SESSION_COOKIE, CurrentUser, require_same_origin

router = APIRouter(tags=["sign-in"])
LinkToken = Annotated[str, Path(max_length=200)]


def refuse_foreign_page(request: Request) -> None:
    """Raise 403 where a page of another site sends the request; programs send no `Origin`."""
    if "origin" in request.headers:
        require_same_origin(request)


def user_out(user: User) -> UserOut:
    """Return what the API says about a user."""
    return UserOut.model_validate(
        {
            "id": user.id,
            "name": user.name,
            "role": user.role,
            "active": user.active,
            "has_password": user.password_hash is not None,
        }
    )


def set_cookie(request: Request, response: Response, secret: str) -> None:
    """Hand the session to the browser, out of reach of scripts and of other sites' requests."""
    settings = get_settings()
    response.set_cookie(
        SESSION_COOKIE,
        secret,
        max_age=settings.session_hours * 3600,
        path=settings.root_path or "/",
        httponly=True,
        samesite="lax",
        secure=settings.secure_cookies or is_https(request),
    )


@router.post("/sessions", status_code=201, dependencies=[Depends(refuse_foreign_page)])
def sign_in(body: SignIn, request: Request, response: Response) -> UserOut:
    """Sign in with a password; the session comes as a cookie."""
    address = request.client.host if request.client else "unknown"
    throttle.reserve(body.username, address)
    try:
        user = service.who_signs_in(body.username, body.password)
    except BaseException:  # the password was not looked at
        throttle.release(body.username, address)
        raise
    if user is None:
        raise Problem(401, "The name or the password is wrong.")
    throttle.release(body.username, address)
    with write_session() as session:
        secret = service.start_session(session, user.id)
    set_cookie(request, response, secret)
    return user_out(user)


@router.delete("/sessions", status_code=204)
def sign_out(user: CurrentUser, response: Response) -> None:
    """End this session, and have the browser forget the images that it has kept."""
    with write_session() as session:
        session.execute(delete(BrowserSession).where(BrowserSession.token_hash == user.credentials.hash))
    response.headers["Clear-Site-Data"] = '"cache"'  # images; browsers heed it by HTTPS and on this machine
    path = get_settings().root_path or "/"
    response.delete_cookie(SESSION_COOKIE, path=path, httponly=True, samesite="lax")


@router.get("/sign-in-links/{token}")
def get_sign_in_link(token: LinkToken) -> LinkOut:
    """Return whom a link is for and whether they have to choose a password; the link stays usable."""
    with read_session() as session:
        user = service.find_link_user(session, token)
    return LinkOut(name=user.name, needs_password=user.password_hash is None)


@router.post("/sign-in-links/{token}", status_code=201, dependencies=[Depends(refuse_foreign_page)])
def use_sign_in_link(token: LinkToken, body: SetPassword, request: Request, response: Response) -> UserOut:
    """Sign in with a one-time link, choosing a password where there is none yet."""
    with read_session() as session:
        service.find_link_user(session, token)  # before the slow hash, so that guesses cost little
    password_hash = hash_password(body.password) if body.password is not None else None
    with write_session() as session:
        user, secret = service.use_link(session, token, password_hash)
    set_cookie(request, response, secret)
    return user_out(user)


@router.get("/me")
def get_me(user: CurrentUser) -> UserOut:
    """Return the signed-in user."""
    with read_session() as session:
        return user_out(session.get_one(User, user.id))
