"""Bodies of sign-in, users and tokens."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from app.core.bodies import Body
from app.core.names import Name

UserName = Annotated[Name, StringConstraints(max_length=80, pattern=r"^[\w.@+\- ]+$")]
Password = Annotated[str, Field(min_length=8, max_length=200)]
TokenName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]


class SignIn(Body):
    username: str = Field(max_length=200)
    password: str = Field(max_length=200)


class SetPassword(Body):
    """`password` is needed where the user has none yet: the first sign-in sets it."""

    password: Password | None = None


class LinkOut(BaseModel):
    """Whom a sign-in link is for."""

    name: str
    needs_password: bool


class UserOut(BaseModel):
    id: str
    name: str
    role: Literal["admin", "member"]
    active: bool
    has_password: bool


class UserChanged(UserOut):
    """`projects_taken_over` names those that had no other active owner than the user who was deactivated."""

    projects_taken_over: list[str]


class NewUser(Body):
    name: UserName
    password: Password | None = None
    role: Literal["admin", "member"] = "member"


class UserPatch(Body):
    role: Literal["admin", "member"] | None = None
    active: bool | None = None


class UserCreated(BaseModel):
    """`sign_in_link` is a path on this service, given once for a user made without a password."""

    user: UserOut
    sign_in_link: str | None


class NewToken(Body):
    name: TokenName


class TokenOut(BaseModel):
    id: str
    name: str
    created_at: datetime


class TokenCreated(TokenOut):
    """`token` is shown this once; only its hash is kept."""

    token: str
