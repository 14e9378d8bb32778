"""What a hundred wrong sign-ins at once, again and again, cost another user.

    python -m benchmarks.sign_in_burst http://127.0.0.1:8400 --seed data/eigenlabel.sqlite3

Each comes from an address of its own if the service trusts this machine as a proxy
(EIGENLABEL_TRUSTED_PROXIES=127.0.0.1), so that the throttle stops none: only the bound on hashes does.
"""

import asyncio
import secrets
from multiprocessing.synchronize import Event

from benchmarks.label_seed import Seeded
from benchmarks.lean_client import LeanClient
from benchmarks.pressure import Address, run

AT_ONCE = 100
PAUSE_SECONDS = 0.2


async def attempt(address: Address) -> int:
    """Return the status of one sign-in with a wrong password."""
    client = LeanClient(*address, "none")
    client.head += f"X-Forwarded-For: 198.18.{secrets.randbelow(256)}.{secrets.randbelow(256)}\r\n"
    await client.connect()
    body = {"username": secrets.token_hex(8), "password": "wrong"}
    status, _ = await client.send("POST", "/sessions", body)
    client.close()
    return status


async def burst(address: Address, going: Event) -> None:
    """Sign in for ever."""
    while True:
        attempts = [asyncio.create_task(attempt(address)) for _ in range(AT_ONCE)]
        await asyncio.sleep(PAUSE_SECONDS)
        going.set()
        answers = set(await asyncio.gather(*attempts))
        if not answers <= {401, 429, 503}:
            raise RuntimeError(f"Wrong passwords were answered with {answers}.")


def load(address: Address, _seeded: Seeded, going: Event) -> None:
    """Load the service until this process ends."""
    asyncio.run(burst(address, going))


if __name__ == "__main__":
    run(load, f"{AT_ONCE} wrong sign-ins at once")
