"""The database's own clock, so that workers on machines whose clocks differ agree on when a lease ends."""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from app.core.database import UtcDateTime


class from_now(FunctionElement[datetime]):  # noqa: N801  (reads as the SQL function that it is)
    """The database's time plus the given seconds: `Job.lease_until < from_now(0)`."""

    type = UtcDateTime()
    inherit_cache = True


@compiles(from_now, "sqlite")
def _sqlite(element: from_now, compiler: Any, **options: Any) -> str:
    seconds = compiler.process(element.clauses, **options)
    return f"(strftime('%Y-%m-%d %H:%M:%f', 'now', {seconds} || ' seconds') || '000')"


@compiles(from_now, "postgresql")
def _postgresql(element: from_now, compiler: Any, **options: Any) -> str:
    return f"(clock_timestamp() + make_interval(secs => {compiler.process(element.clauses, **options)}))"
