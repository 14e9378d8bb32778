"""Declarative base: naming convention for Alembic, identifier and timestamp columns."""

from datetime import datetime
from typing import Annotated, Any, ClassVar

from sqlalchemy import JSON, ForeignKey, MetaData, String
from sqlalchemy.orm import DeclarativeBase, mapped_column

from app.core.database import UtcDateTime, now
from app.core.identifiers import new_id

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        dict[str, Any]: JSON,
        list[Any]: JSON,
        datetime: UtcDateTime(),
    }


Identifier = Annotated[str, mapped_column(String(32), primary_key=True, default=new_id)]
CreatedAt = Annotated[datetime, mapped_column(default=now)]


def reference(target: str, *, index: bool = False, primary_key: bool = False) -> Any:
    """Return a foreign key column to `target` whose rows go when the row it points to goes."""
    return mapped_column(
        String(32), ForeignKey(target, ondelete="CASCADE"), index=index, primary_key=primary_key
    )
