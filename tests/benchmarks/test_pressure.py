"""The benchmarks of one client's load on another: the load is there, turns are told apart, figures true."""

import asyncio
import io
import time
import zipfile
from argparse import Namespace
from collections import Counter
from collections.abc import Callable
from hashlib import sha256
from multiprocessing import active_children
from multiprocessing.synchronize import Event
from typing import Any, ClassVar

import pytest
from PIL import Image as PillowImage
from sqlalchemy import Engine, func, select

from app.core.connections import connections_of
from app.core.database import read_session
from app.core.models import Image
from benchmarks import pressure, sign_in_burst, slow_connections, upload_pressure
from benchmarks.label_seed import Seeded, seed
from benchmarks.pressure import Address, Load, Turns, ask, loading, report, run, take_turns
from tests.app.live_server import serving
from tests.service.service import wait_until

PATIENCE = 120
OPTIONS = Namespace(pairs=2, seconds=0.5)
NOWHERE = ("127.0.0.1", 9)
SEEDED = Seeded("project", "round", [], ["el_owner", "el_other"])


class Watched(connections_of(slow_connections.CONNECTIONS + 100)):
    """A connection that is counted, and whose requests are."""

    asked: ClassVar[Counter[str]]
    most_open: ClassVar[int]

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        type(self).most_open = max(self.most_open, len(self.connections))

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        self.asked[f"{self.scope['method']} {self.scope['path']}"] += 1


def signs_in_again_and_again(_seeded: Seeded) -> bool:
    return Watched.asked["POST /api/v1/sessions"] > sign_in_burst.AT_ONCE


def holds_its_connections(_seeded: Seeded) -> bool:
    return Watched.most_open >= slow_connections.CONNECTIONS


def uploads_again_and_again(seeded: Seeded) -> bool:
    with read_session() as session:
        own = Image.project_id == seeded.project_id, Image.format == "JPEG"
        stored = session.scalar(select(func.count()).select_from(Image).where(*own)) or 0
    asked = Watched.asked[f"POST /api/v1/projects/{seeded.project_id}/images"]
    return stored >= upload_pressure.PHOTOS and asked > upload_pressure.AT_ONCE


@pytest.mark.only("sqlite", "what is measured does not depend on the database")
@pytest.mark.parametrize(
    ("load", "is_there"),
    [
        (sign_in_burst.load, signs_in_again_and_again),
        (slow_connections.load, holds_its_connections),
        (upload_pressure.load, uploads_again_and_again),
    ],
)
def test_the_load_is_there_while_another_user_is_answered(
    engine: Engine, load: Load, is_there: Callable[[Seeded], bool]
) -> None:
    Watched.asked, Watched.most_open = Counter(), 0
    seeded = seed(engine, 5, annotators=2)
    with serving(Watched) as port, loading(load, ("127.0.0.1", port), seeded):
        wait_until(lambda: is_there(seeded), PATIENCE)
        times = asyncio.run(ask(("127.0.0.1", port), seeded.tokens[1], 0.1))
    assert len(times) == Watched.asked["GET /api/v1/me"] >= 1
    assert min(times) > 0


@pytest.mark.only("sqlite", "who is refused does not depend on the database")
def test_a_user_who_is_refused_is_not_measured(engine: Engine) -> None:
    with serving() as port, pytest.raises(RuntimeError, match="got 401"):
        asyncio.run(ask(("127.0.0.1", port), "el_invented", 0.1))


@pytest.mark.only("sqlite", "who is refused does not depend on the database")
def test_uploads_that_are_refused_end_the_load(engine: Engine) -> None:
    seeded = seed(engine, 5, annotators=2)
    seeded.tokens.reverse()  # an annotator may not upload
    with (
        serving() as port,
        pytest.raises(RuntimeError, match="ended early"),
        loading(upload_pressure.load, ("127.0.0.1", port), seeded),
    ):
        wait_until(lambda: not active_children(), PATIENCE)


def idle(_address: Address, _seeded: Seeded, going: Event) -> None:
    going.set()
    time.sleep(3_600)


def brief(_address: Address, _seeded: Seeded, going: Event) -> None:
    going.set()


def broken(_address: Address, _seeded: Seeded, _going: Event) -> None:
    raise RuntimeError("no load")


def test_turns_with_the_load_and_without_it_alternate(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    async def count(address: tuple[str, int], token: str, seconds: float) -> list[float]:
        asked.append((address, token, seconds))
        return [float(len(active_children())), float(len(asked))]

    monkeypatch.setattr(pressure, "ask", count)
    turns = take_turns(idle, NOWHERE, SEEDED, OPTIONS)
    assert (turns.without, turns.under) == ([[0, 1], [0, 3]], [[1, 2], [1, 4]])
    assert set(asked) == {(NOWHERE, "el_other", 0.5)}
    assert active_children() == []


def test_a_load_that_does_not_begin_or_that_ends_is_none() -> None:
    with pytest.raises(RuntimeError, match="did not begin"), loading(broken, NOWHERE, SEEDED):
        pytest.fail("measured without a load")
    with pytest.raises(RuntimeError, match="ended early"), loading(brief, NOWHERE, SEEDED):
        wait_until(lambda: not active_children(), PATIENCE)


def test_each_upload_brings_new_photos() -> None:
    images = upload_pressure.photos()
    sizes = {PillowImage.open(io.BytesIO(image)).size for image in images}
    assert (len(set(images)), sizes) == (upload_pressure.PHOTOS, {upload_pressure.SIZE})
    hashes = set()
    for archive in (upload_pressure.archive(images), upload_pressure.archive(images)):
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            hashes |= {sha256(opened.read(name)).hexdigest() for name in opened.namelist()}
    assert len(hashes) == 2 * upload_pressure.PHOTOS


def test_the_ratio_is_of_medians_of_p95_and_the_bar_is_told() -> None:
    slow = [float(value) for value in range(1, 101)]
    turns = Turns(without=[[1.0] * 9] * 3, under=[[2.0] * 9, [2.5] * 9, slow])
    assert turns.ratio == pytest.approx(2.5)
    *_, without, under, _, verdict = report(turns, "bursts", OPTIONS).splitlines()
    assert without == "| none | 27 | 1.0, 1.0, 1.0 |"
    assert under == "| bursts | 118 | 2.5, 2.5, 100.0 |"
    assert verdict == "p95: 2.50 times its value without, under 3."
    turns.under = [slow, slow, [3.0] * 9]
    assert report(turns, "bursts", OPTIONS).endswith("p95: 95.95 times its value without, NOT UNDER 3.")
    turns.under = [[3.0] * 9] * 3
    assert report(turns, "bursts", OPTIONS).endswith("p95: 3.00 times its value without, NOT UNDER 3.")


@pytest.mark.only("sqlite", "what is measured does not depend on the database")
def test_the_command_measures_a_service_of_this_machine_alone(
    engine: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--seed", str(engine.url.database), "--pairs", "1", "--seconds", "0.1"]
    with serving() as port:
        run(idle, "nothing", [f"http://127.0.0.1:{port}", *options])
    told = capsys.readouterr().out
    assert "1 pairs of turns of 0.1 s." in told
    assert "| nothing | " in told
    with pytest.raises(SystemExit, match="2"):
        run(idle, "nothing", ["http://192.0.2.1", *options])
    assert "only a service on this machine is loaded" in capsys.readouterr().err
