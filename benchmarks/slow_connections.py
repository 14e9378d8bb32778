"""What a thousand connections that say nothing, or a byte a second, cost another user.

    python -m benchmarks.slow_connections http://127.0.0.1:8400 --seed data/eigenlabel.sqlite3

Each that the service closes is opened again at once.
"""

import asyncio
import resource
from contextlib import suppress
from multiprocessing.synchronize import Event

from benchmarks.label_seed import Seeded
from benchmarks.pressure import Address, run

CONNECTIONS = 1_000
REQUEST = b"GET /api/v1/me HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "


async def dawdle(address: Address, *, silent: bool) -> None:
    """Keep one connection, for ever."""
    while True:
        with suppress(OSError):
            reader, writer = await asyncio.open_connection(*address)
            writer.write(b"" if silent else REQUEST)
            trickle = asyncio.create_task(_trickle(writer, silent=silent))
            await reader.read()
            trickle.cancel()
            writer.close()
        await asyncio.sleep(0.1)


async def _trickle(writer: asyncio.StreamWriter, *, silent: bool) -> None:
    while not silent:
        await asyncio.sleep(1)
        writer.write(b"x")


async def dawdle_all(address: Address, going: Event) -> None:
    """Keep all connections, for ever."""
    slow = [asyncio.create_task(dawdle(address, silent=number % 2 == 0)) for number in range(CONNECTIONS)]
    await asyncio.sleep(3)
    going.set()
    await asyncio.gather(*slow)


def load(address: Address, _seeded: Seeded, going: Event) -> None:
    """Load the service until this process ends."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    asyncio.run(dawdle_all(address, going))


if __name__ == "__main__":
    run(load, f"{CONNECTIONS:,} slow connections")
