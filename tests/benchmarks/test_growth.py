"""What a request reads does not grow with the collection; and the benchmark of that, small."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, event, select

from app.core.database import write_session
from app.core.models import Annotation, Image
from benchmarks.growth import GROWING, READS, main, report, walk
from benchmarks.growth_seed import Grown, grow
from tests.app.live_server import serving

SMALL, LARGE = 1000, 8000
COUNTED, NOISE = 100, 1000


class Work:
    """How many instructions SQLite's machine runs, about: reading a row takes some."""

    def __init__(self) -> None:
        self.done = 0

    def count(self) -> int:
        """Count `COUNTED` more of them, and go on."""
        self.done += COUNTED
        return 0


@contextmanager
def counted(engine: Engine) -> Iterator[Work]:
    """Count the work of every connection that is used meanwhile."""
    work = Work()

    def watch(connection: Any, *_rest: object) -> None:
        connection.set_progress_handler(work.count, COUNTED)

    event.listen(engine, "checkout", watch)
    yield work
    event.remove(engine, "checkout", watch)


def addresses_of(client: TestClient, grown: Grown) -> dict[str, str]:
    """Return the address of every request that reads."""
    seeded = grown.seeded
    page = client.get(f"/api/v1/projects/{seeded.project_id}/images?limit=500").json()
    names = {"p": seeded.project_id, "c": seeded.category_ids[0], "r": seeded.round_id}
    names["deep"] = page["next_cursor"]
    return {name: "/api/v1" + path.format(**names) for name, path in READS.items()}


def label(grown: Grown) -> None:
    """Give one more image a label, as somebody does between two looks at a page."""
    project_id = grown.seeded.project_id
    labelled = select(Annotation.id).where(Annotation.image_id == Image.id).exists()
    with write_session() as session:
        images = select(Image.id).where(Image.project_id == project_id, Image.split == "pool", ~labelled)
        image_id = session.scalars(images.limit(1)).one()
        category_id = grown.seeded.category_ids[0]
        label = {"project_id": project_id, "image_id": image_id, "kind": "imported"}
        session.add(Annotation(**label, category_id=category_id))


@pytest.fixture
def grown(engine: Engine) -> Callable[[int], Grown]:
    return lambda images: grow(engine, images)


@pytest.mark.only("sqlite", "which says how much it does")
def test_requests_read_as_much_of_eight_thousand_images_as_of_a_thousand(
    engine: Engine, anonymous: TestClient, grown: Callable[[int], Grown]
) -> None:
    sizes = {images: grown(images) for images in (SMALL, LARGE)}
    done: dict[str, list[int]] = {name: [] for name in READS}
    for each in sizes.values():
        anonymous.headers["Authorization"] = f"Bearer {each.seeded.tokens[0]}"
        for name, address in addresses_of(anonymous, each).items():
            label(each)  # so that what is kept of the labels is read again
            with counted(engine) as work:
                assert anonymous.get(address).status_code == 200, name
            done[name].append(work.done)
    grew = {name: (small, large) for name, (small, large) in done.items() if large > 1.5 * small + NOISE}
    assert grew == {}
    assert all(small > 0 for small, _ in done.values())


def test_a_walk_says_how_long_each_request_takes(engine: Engine, grown: Callable[[int], Grown]) -> None:
    with serving() as port:
        times = asyncio.run(walk(("127.0.0.1", port), grown(SMALL), turns=2))
    names = [*READS, *GROWING, "lease", "submit"]
    assert list(times) == names
    assert {len(each) for each in times.values()} == {2}
    lines = report({SMALL: times, LARGE: times}).splitlines()
    assert lines[0] == "| ms, p50 | 1,000 | 8,000 | ratio |"
    assert [line.split("|")[1].strip() for line in lines[2:]] == names
    assert all(line.endswith("| 1.0 |") for line in lines[2:])


@pytest.mark.parametrize("sizes", ["9", "a", "3000000"])
def test_sizes_that_make_no_sense_are_refused(sizes: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["http://127.0.0.1:1", "--seed", "nothing.sqlite3", "--sizes", sizes])
    assert ended.value.code == 2
