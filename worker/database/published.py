"""What a claim has made, put where it is kept: below its fencing token, where no other claim writes."""

from pathlib import Path

from app.core.storage import get_storage
from worker.database.claims import Claim


def publish(parent: str, claim: Claim, directory: Path) -> str:
    """Move the files of the claim's finished `directory` in below `parent`; returns the keys' prefix.

    What earlier claims of the job published there goes: they died before they could say so.
    """
    storage = get_storage()
    tokens = {key[len(parent) + 1 :].partition("/")[0] for key in storage.below(parent)}
    for token in filter(str.isdecimal, tokens):  # those that are there: a restore skips millions of numbers
        if int(token) < claim.fence.token:
            storage.delete(f"{parent}/{token}")
    prefix = f"{parent}/{claim.fence.token}"
    storage.publish(directory, prefix)
    return prefix
