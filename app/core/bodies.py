"""What all bodies of requests have in common."""

from pydantic import BaseModel, ConfigDict


class Body(BaseModel):
    """A body of a request: a field that it does not have is refused."""

    model_config = ConfigDict(extra="forbid")
