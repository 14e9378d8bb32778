"""What is newest, said once. Ids are names: the order of two of them says nothing about time.

Ids made in one millisecond by two processes, on machines whose clocks differ, or derived from other ids (as
some of steps are) are in no order. Rounds have a number and the steps of a round an index: these decide
wherever there are rounds. Everything else goes by the time that it was added at, and by its id only where two
times are equal.
"""

from typing import Any

from sqlalchemy import ColumnElement


def newest_first(table: Any) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """Return what to order the rows of `table`, a model or an alias of one, by: the newest first."""
    return table.created_at.desc(), table.id.desc()


def oldest_first(table: Any) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """Return the opposite order, in which a later row replaces an earlier one."""
    return table.created_at.asc(), table.id.asc()
