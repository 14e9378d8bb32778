"""What is newest, where ids say the opposite of time: `f...` was made before `0...`."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient
from sqlalchemy import update

from app.core.database import write_session
from app.core.models import Annotation, Encoder, Job, Project
from tests.app.exports.test_exports import table
from tests.app.labelling.test_labels import put
from tests.app.labelling_factory import Labelling, make_project

API = "/api/v1"
BEFORE, AFTER = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
EARLIER, LATER = "f" * 32, "0" * 32


def pages(client: TestClient, path: str) -> list[dict[str, Any]]:
    """Return every item of a list, one a page."""
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = client.get(f"{API}{path}{'&' if '?' in path else '?'}limit=1{cursor}").json()
        found += page["items"]
        if page["next_cursor"] is None:
            return found
        cursor = f"&cursor={page['next_cursor']}"


def add(*rows: Any) -> None:
    with write_session() as session:
        session.add_all(rows)


def test_jobs_come_by_their_time(olga: TestClient, labelling: Labelling) -> None:
    row = {"project_id": labelling.project_id, "kind": "import", "queue": "cpu", "state": "done"}
    equal = [Job(id=f"{name}" * 32, created_at=AFTER, **row) for name in "ab"]
    add(Job(id=EARLIER, created_at=BEFORE, **row), Job(id=LATER, created_at=AFTER, **row), *equal)
    listed = pages(olga, f"/jobs?project={labelling.project_id}")
    assert [job["id"] for job in listed] == ["b" * 32, "a" * 32, LATER, EARLIER]


def test_projects_come_by_their_time(olga: TestClient, labelling: Labelling) -> None:
    other = make_project()
    first, second = sorted([labelling.project_id, other.project_id], reverse=True)
    with write_session() as session:
        for name, moment in ((first, BEFORE), (second, AFTER)):
            session.execute(update(Project).where(Project.id == name).values(created_at=moment))
    assert [project["id"] for project in pages(olga, "/projects")] == [second, first]


def test_the_last_answer_is_the_first_to_undo(anna: TestClient, labelling: Labelling) -> None:
    for query_id in labelling.queries:
        put(anna, query_id, category_id=labelling.categories[0])
    times = dict(zip(labelling.queries, (2, 0, 1), strict=True))
    with write_session() as session:
        for query_id, hours in times.items():
            moment = BEFORE + timedelta(hours=hours)
            session.execute(
                update(Annotation).where(Annotation.query_id == query_id).values(created_at=moment)
            )
    listed = pages(anna, f"/rounds/{labelling.round_id}/my-annotations")
    assert [each["query_id"] for each in listed] == [labelling.queries[number] for number in (0, 2, 1)]


def test_the_newest_label_counts_everywhere(olga: TestClient, labelling: Labelling) -> None:
    image, (one, other) = labelling.images[0], labelling.categories
    row = {"project_id": labelling.project_id, "image_id": image, "annotator_id": "olga"}
    answer = {"kind": "query", "query_id": labelling.queries[0], "slot": 0}
    add(
        Annotation(id=EARLIER, category_id=one, kind="indicator", version=4, created_at=BEFORE, **row),
        Annotation(id=LATER, category_id=other, version=5, created_at=AFTER, **answer, **row),
    )
    assert olga.get(f"{API}/images/{image}").json()["category_id"] == other
    listed = olga.get(f"{API}/projects/{labelling.project_id}/images?category={other}").json()["items"]
    assert [each["id"] for each in listed] == [image]
    (exported,) = (each for each in table(olga, labelling) if each["image_id"] == image)
    assert (exported["category"], exported["version"]) == ("digit 1", "5")
    correction = {"json": {"category_id": one}, "headers": {"If-Match": '"5"'}}
    assert olga.put(f"{API}/images/{image}/annotation", **correction).status_code == 200


def test_the_newest_encoder_looks_for_indicators(olga: TestClient, labelling: Labelling) -> None:
    row = {"project_id": labelling.project_id, "name": "e", "kind": "bundled", "config": {}, "state": "ready"}
    add(Encoder(id=EARLIER, created_at=BEFORE, **row), Encoder(id=LATER, created_at=AFTER, **row))
    with write_session() as session:
        session.execute(update(Encoder).where(Encoder.id == labelling.encoder_id).values(created_at=BEFORE))
    answer = olga.post(f"{API}/projects/{labelling.project_id}/indicator-candidates")
    with write_session() as session:
        assert session.get_one(Job, answer.json()["id"]).params["encoder_id"] == LATER


def test_nothing_takes_the_highest_id_for_the_newest() -> None:
    root = Path(__file__).parents[2]
    files = [path for folder in ("app", "worker") for path in (root / folder).rglob("*.py")]
    by_id = re.compile(r"\.id\.desc\(\)|\bmax\([^()]*\.id\)|lambda (\w+): \1\.id\b|desc\(\w+\.id\)")
    found = {str(path.relative_to(root)) for path in files if by_id.search(path.read_text())}
    assert len(files) > 150
    assert found <= {"app/core/order.py"}, "see ADR 18"
