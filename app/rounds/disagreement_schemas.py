"""Bodies of what the model contradicts."""

from pydantic import BaseModel


class ShareOut(BaseModel):
    """Of so many `answers` the model `contradicted` some, before it learned from them."""

    contradicted: int
    answers: int


class PersonOut(BaseModel):
    """A person whose `newest` answers are contradicted more often than chance explains.

    They stand out from the person's `earlier` answers and from the `others`' in the same steps; null where
    there are too few to compare with.
    """

    user_id: str
    name: str
    newest: ShareOut
    earlier: ShareOut | None
    others: ShareOut | None


class DisagreementOut(BaseModel):
    """`doubted` labels were given against a guess that the model was more than half sure of.

    `people` are those whom it suddenly disagrees with, but for who asks.
    """

    doubted: int
    people: list[PersonOut]
