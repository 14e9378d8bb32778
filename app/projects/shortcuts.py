"""Which key labels which category, where nobody has chosen one."""

from collections.abc import Iterable, Sequence

KEYS = "1234567890abdefghijklmnopqrstuvwxy"


def default_shortcuts(names: Sequence[str], taken: Iterable[str] = ()) -> list[str | None]:
    """Return a free key for each name, None where all are used up.

    A name that is a single digit gets that digit; the others get 1 to 9, 0, then letters, in order.
    """
    free = [key for key in KEYS if key not in set(taken)]
    digits = {name: name for name in names if name in free and name.isdigit()}
    rest = iter([key for key in free if key not in digits])
    return [digits.get(name) or next(rest, None) for name in names]
