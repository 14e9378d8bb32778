"""Names that people give: one form in Unicode, nothing invisible, the same whatever the case."""

import re
import unicodedata
from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

# Letters and marks that are drawn as nothing, beside the categories of control and formatting characters.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_JOINERS = frozenset("\u200c\u200d")  # Persian, Indian scripts and emoji need them


def tidy(text: str) -> str:
    """Return `text` in NFC on one line, without invisible and direction characters; maybe empty."""
    composed = unicodedata.normalize("NFC", text)
    kept = (" " if each in "\n\t\r" else each for each in composed)
    return " ".join("".join(each for index, each in enumerate(kept) if _seen(composed, index)).split())


@lru_cache(maxsize=20_000)
def name_key(name: str) -> str:
    """Return what two names have in common that differ in case, width, composition or spaces only."""
    bare = "".join(each for each in tidy(name) if each not in _JOINERS)
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", bare).casefold())
    return " ".join(folded.split())


def _seen(text: str, index: int) -> bool:
    """Return whether the character has a place in a name: joiners have one inside scripts that join."""
    character = text[index]
    if character in _JOINERS:
        before, after = text[index - 1 : index], text[index + 1 : index + 2]
        return bool(before and after) and not (_joins_nothing(before) or _joins_nothing(after))
    return character in "\n\t\r" or not (unicodedata.category(character)[0] == "C" or character in _BLANK)


def _joins_nothing(character: str) -> bool:
    return character < "\u0590" or character.isspace()


def _visible(name: str) -> str:
    composed = unicodedata.normalize("NFC", name)
    if re.search(r"[\n\r\t\u2028\u2029]", composed) or not all(
        _seen(composed, index) for index in range(len(composed))
    ):
        raise ValueError("A name has no invisible characters, line breaks or marks of direction.")
    return tidy(composed)


LONGEST_NAME = 120

# A name as people type it: stripped, in NFC, 1 to 120 characters that can be seen.
Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_NAME),
    AfterValidator(_visible),
    StringConstraints(min_length=1, max_length=LONGEST_NAME),
]
