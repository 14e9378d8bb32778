"""A client that is signed in by a cookie, as a browser is."""

from datetime import timedelta

from fastapi.testclient import TestClient
from sqlalchemy import select

from app.core.database import now, write_session
from app.core.models import BrowserSession, User
from app.core.security import new_token, token_hash
from app.deps import SESSION_COOKIE


def sign_in_browser(anonymous: TestClient, name: str) -> TestClient:
    """Return a client with a session cookie of the user called `name`, sending this site's Origin."""
    secret = new_token("els")
    with write_session() as session:
        user_id = session.scalars(select(User.id).where(User.name == name)).one()
        expires_at = now() + timedelta(hours=1)
        session.add(BrowserSession(user_id=user_id, token_hash=token_hash(secret), expires_at=expires_at))
    client = TestClient(anonymous.app, headers={"Origin": "http://testserver"})
    client.cookies.set(SESSION_COOKIE, secret)
    return client
