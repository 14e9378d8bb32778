"""TensorFlow's checkpoints (tensor bundles), read without TensorFlow.

`PREFIX.index` is a table of sorted keys in LevelDB's format: blocks whose keys share their beginnings, an
index of the blocks, and a footer of 48 bytes. A value is a protocol buffer that says where in
`PREFIX.data-NNNNN-of-NNNNN` the bytes of a tensor lie. Neither is compressed.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml.errors import UnusableInputError

MAGIC = (0xDB4775248B80FB57).to_bytes(8, "little")
FOOTER = 48
INDEX = ".index"
DTYPES = {1: "<f4", 2: "<f8", 3: "<i4", 4: "|u1", 9: "<i8", 10: "|b1", 19: "<f2"}
"""Those of TensorFlow's number formats that are read."""
UNCOMPRESSED = 0


@dataclass(frozen=True)
class Entry:
    """Where a tensor lies: `size` bytes from `offset` of the shard."""

    dtype: int
    shape: tuple[int, ...]
    shard: int
    offset: int
    size: int


class Fields:
    """Reads numbers and the fields of protocol buffers from bytes."""

    def __init__(self, content: bytes) -> None:
        self.content, self.place = content, 0

    def varint(self) -> int:
        """Return the next number, seven bits a byte."""
        number, shift = 0, 0
        while True:
            byte = self.content[self.place]
            self.place += 1
            number |= (byte & 127) << shift
            if byte < 128:
                return number
            shift += 7

    def take(self, count: int) -> bytes:
        """Return the next `count` bytes."""
        taken = self.content[self.place : self.place + count]
        if len(taken) != count:
            raise IndexError("the file ends too early")
        self.place += count
        return taken

    def fields(self) -> Iterator[tuple[int, int | bytes]]:
        """Yield (number of the field, its value) of a message."""
        while self.place < len(self.content):
            tag = self.varint()
            sizes: dict[int, Callable[[], int | bytes]] = {
                0: self.varint,
                1: lambda: self.take(8),
                2: lambda: self.take(self.varint()),
                5: lambda: self.take(4),
            }
            yield tag >> 3, sizes[tag & 7]()


def is_bundle(path: Path) -> bool:
    """Return whether the file at `path` is the index of a checkpoint of TensorFlow's."""
    with path.open("rb") as file:
        file.seek(0, 2)
        if file.tell() < FOOTER:
            return False
        file.seek(-len(MAGIC), 2)
        return file.read() == MAGIC


def bundle_files(index: Path) -> list[Path]:
    """Return the index and its shards, those that are there, in order."""
    shards = re.compile(rf"{re.escape(index.name.removesuffix(INDEX))}\.data-\d{{5}}-of-\d{{5}}")
    return [index, *sorted(path for path in index.parent.iterdir() if shards.fullmatch(path.name))]


def read_bundle(index: Path, wanted: Callable[[str], bool]) -> dict[str, NDArray[np.generic]]:
    """Return the tensors, by name, that are `wanted`.

    Raises UnusableInputError for a damaged index, an absent or a truncated shard.
    """
    try:
        table = dict(table_entries(index.read_bytes()))
        shards = shard_count(table.pop(b""))
        entries = {key.decode(): entry_of(value) for key, value in table.items() if wanted(key.decode())}
    except (IndexError, KeyError, ValueError) as error:
        raise UnusableInputError(f"{index.name} is damaged: it is no index of a checkpoint") from error
    return {name: read_tensor(index, shards, name, entry) for name, entry in entries.items()}


def table_entries(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield (key, value) of the table, in order. Raises ValueError where a block is compressed."""
    footer = Fields(content[-FOOTER:])
    footer.varint(), footer.varint()  # the block with statistics, which are not needed
    for _key, handle in block_entries(block_at(content, footer)):
        yield from block_entries(block_at(content, Fields(handle)))


def block_at(content: bytes, handle: Fields) -> bytes:
    """Return the block that a handle names; a byte behind it says how it is compressed."""
    offset, size = handle.varint(), handle.varint()
    if offset + size >= len(content) or content[offset + size] != UNCOMPRESSED:
        raise ValueError("a block lies outside the file, or is compressed")
    return content[offset : offset + size]


def block_entries(block: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield (key, value) of a block; a key says how many bytes it shares with the one before."""
    restarts = int.from_bytes(block[-4:], "little")
    fields, key = Fields(block[: len(block) - 4 * (restarts + 1)]), b""
    while fields.place < len(fields.content):
        shared, own, size = fields.varint(), fields.varint(), fields.varint()
        key = key[:shared] + fields.take(own)
        yield key, fields.take(size)


def shard_count(header: bytes) -> int:
    """Return how many data files there are. Raises ValueError for a checkpoint of a big-endian machine."""
    found = {number: value for number, value in Fields(header).fields() if isinstance(value, int)}
    if found.get(2, 0):
        raise ValueError("big-endian")
    return found.get(1, 1)


def entry_of(value: bytes) -> Entry:
    """Return what a value of the table says of a tensor."""
    numbers: dict[int, int] = {}
    shape: tuple[int, ...] = ()
    for number, field in Fields(value).fields():
        if isinstance(field, int):
            numbers[number] = field
        elif number == 2:
            shape = tuple(sizes_of(field))
    return Entry(numbers.get(1, 0), shape, numbers.get(3, 0), numbers.get(4, 0), numbers.get(5, 0))


def sizes_of(message: bytes) -> Iterator[int]:
    """Yield the lengths of the dimensions in a message that describes a shape."""
    for number, dimension in Fields(message).fields():
        if number == 2 and isinstance(dimension, bytes):
            yield next((size for field, size in Fields(dimension).fields() if field == 1), 0)  # type: ignore[misc]


def read_tensor(index: Path, shards: int, name: str, entry: Entry) -> NDArray[np.generic]:
    """Return one tensor from its shard."""
    if entry.dtype not in DTYPES:
        raise UnusableInputError(f"{index.name}: {name} has a number format that is not read ({entry.dtype})")
    prefix = index.name.removesuffix(INDEX)
    path = index.with_name(f"{prefix}.data-{entry.shard:05}-of-{shards:05}")
    dtype = np.dtype(DTYPES[entry.dtype])
    if entry.size != dtype.itemsize * int(np.prod(entry.shape, dtype=np.int64)):
        raise UnusableInputError(f"{index.name} is damaged: {name} has not the bytes of its shape")
    try:
        with path.open("rb") as file:
            file.seek(entry.offset)
            content = file.read(entry.size)
    except FileNotFoundError as error:
        raise UnusableInputError(f"{path.name} has to lie beside {index.name}, and does not") from error
    if len(content) != entry.size:
        raise UnusableInputError(f"{path.name} is truncated: it ends within {name}")
    return np.frombuffer(content, dtype=dtype).reshape(entry.shape)
