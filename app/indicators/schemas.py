"""Bodies of the search for indicators."""

from pydantic import BaseModel


class Candidate(BaseModel):
    """One representative of a cluster of the pool, offered as an indicator."""

    image_id: str
    cluster_size: int


class CandidatesOut(BaseModel):
    encoder_id: str
    items: list[Candidate]
