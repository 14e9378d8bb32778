"""Files to import, by name: as many as there are, without an object for each."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar, overload

from app.images.ingest import Entry

Item = TypeVar("Item")


class Entries(Sequence[Entry], Generic[Item]):
    """A sequence of entries, each made of an item when it is asked for."""

    def __init__(self, items: Sequence[Item], entry: Callable[[Item], Entry]) -> None:
        self._items = items
        self._entry = entry

    def __len__(self) -> int:
        return len(self._items)

    @overload
    def __getitem__(self, index: int) -> Entry: ...
    @overload
    def __getitem__(self, index: slice) -> "Entries[Item]": ...
    def __getitem__(self, index: int | slice) -> "Entry | Entries[Item]":
        if isinstance(index, slice):
            return Entries(self._items[index], self._entry)
        return self._entry(self._items[index])
