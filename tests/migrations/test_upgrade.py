"""Upgrading a database that is in use: no row is lost, and what is new is right for what is old (T51)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Engine, MetaData, func, select, text
from sqlalchemy.exc import IntegrityError

from app.core.database import make_engine, write_connection
from migrations.upgrade import alembic_config, at_head, upgrade_to_head

MOMENT = "2026-11-24 09:00:00.000000"
IMAGE = {"split": "pool", "format": "png", "width": 1, "height": 1, "bytes": 1}
JOB = {"state": "done", "params": "{}", "epoch": 1, "attempts": 1, "progress": 1.0, "created_at": MOMENT}
ROWS: dict[str, list[dict[str, Any]]] = {
    "users": [{"id": "u", "name": "olga", "role": "admin", "active": True}],
    "projects": [{"id": "p", "name": "digits"}],
    "memberships": [{"project_id": "p", "user_id": "u", "role": "owner"}],
    "categories": [{"id": "c", "project_id": "p", "name": "one", "position": 0}],
    "images": [{"id": i, "project_id": "p", "sha256": i, "filename": i} | IMAGE for i in ("i", "j")],
    "sources": [
        {"id": "s", "name": "photos", "kind": "folder", "params": "{}", "images": 9},
        {"id": "t", "project_id": "p", "name": "never counted", "kind": "zip", "params": "{}"},
    ],
    "encoders": [
        {"id": "e", "project_id": "p", "name": "e", "kind": "bundled", "state": "ready"}
        | {"config": "{}", "details": "{}"}
    ],
    "rounds": [
        {"id": "r", "project_id": "p", "encoder_id": "e", "config": "{}", "state": "labelling"}
        | {"step": 1, "budget": 1}
    ],
    "steps": [
        {"id": "st", "round_id": "r", "index": 1, "state": "labelling", "asked": 1}
        | {"seconds": "{}", "report": "{}"}
    ],
    "queries": [
        {"id": "q", "round_id": "r", "step_id": "st", "image_id": "i", "position": 0, "state": "labelled"}
        | {"suggestions": "[]", "cluster_size": 1, "cluster_image_ids": "[]", "substitutes": "[]"}
    ],
    "annotations": [
        {"id": "a", "project_id": "p", "image_id": "i", "query_id": "q", "slot": 0, "category_id": "c"}
        | {"kind": "query", "version": 1}
    ],
    "jobs": [
        JOB | {"id": "j1", "project_id": "p", "kind": "import", "queue": "cpu"},
        JOB
        | {"id": "j2", "project_id": "p", "kind": "round_start", "queue": "gpu", "round_id": "r", "step": 0},
    ],
}


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """Return a database of the first release with a round in its middle."""
    engine = make_engine(f"sqlite:///{tmp_path / 'old.sqlite3'}")
    command.upgrade(alembic_config(engine), "0001")
    tables = reflected(engine)
    with write_connection(engine) as connection:
        for name, rows in ROWS.items():
            stamp = {"created_at": MOMENT} if "created_at" in tables[name].c else {}
            columns = sorted({column for row in rows for column in row} | set(stamp))
            names = ", ".join(f'"{column}"' for column in columns)
            values = ", ".join(f":{column}" for column in columns)
            empty = dict.fromkeys(columns)
            connection.execute(
                text(f"INSERT INTO {name} ({names}) VALUES ({values})"), [empty | stamp | row for row in rows]
            )
    yield engine
    engine.dispose()


def reflected(engine: Engine) -> Any:
    metadata = MetaData()
    metadata.reflect(engine)
    return metadata.tables


def counts(engine: Engine) -> dict[str, int]:
    """Return the rows of each table that the first release has."""
    tables = reflected(engine)
    with engine.connect() as connection:
        return {name: connection.scalar(select(func.count()).select_from(tables[name])) or 0 for name in ROWS}


def test_every_row_survives_the_upgrade_and_the_way_back(engine: Engine) -> None:
    before = counts(engine)
    assert before == {name: len(rows) for name, rows in ROWS.items()}
    upgrade_to_head(engine)
    assert at_head(engine)
    assert counts(engine) == before
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
    command.downgrade(alembic_config(engine), "0001")
    assert counts(engine) == before


def test_sources_that_were_counted_are_ready(engine: Engine) -> None:
    upgrade_to_head(engine)
    with engine.connect() as connection:
        states = connection.execute(text("SELECT id, state FROM sources ORDER BY id")).all()
    assert [tuple(row) for row in states] == [("s", "ready"), ("t", "failed")]


def test_measured_speeds_name_the_method(engine: Engine) -> None:
    columns = "id, kind, queue, state, params, epoch, attempts, progress, created_at"
    with write_connection(engine) as connection:
        for name, kind in (("m1", "throughput"), ("m2", "pretrain"), ("m3", "import")):
            params = '{"profile": "resnet18/small_image/32/256", "config": {}}'
            values = f"'{name}', '{kind}', 'gpu', 'done', '{params}', 1, 1, 1.0, '{MOMENT}'"
            connection.exec_driver_sql(f"INSERT INTO jobs ({columns}) VALUES ({values})")
    upgrade_to_head(engine)
    profiles = text("SELECT id, json_extract(params, '$.profile') FROM jobs WHERE id LIKE 'm%' ORDER BY id")
    with engine.connect() as connection:
        found = dict(connection.execute(profiles).all())
    assert found["m1"] == found["m2"] == "moco_v2/resnet18/small_image/32/256"
    assert found["m3"] == "resnet18/small_image/32/256", "an import has no such thing"


def test_rounds_are_numbered_by_their_time(engine: Engine) -> None:
    with write_connection(engine) as connection:
        for name, day in (("a", "26"), ("z", "23"), ("b", "26")):
            columns = "id, project_id, encoder_id, config, state, step, budget, created_at"
            values = f"'{name}', 'p', 'e', '{{}}', 'done', 1, 1, '2026-11-{day} 09:00:00.000000'"
            connection.execute(text(f"INSERT INTO rounds ({columns}) VALUES ({values})"))
    upgrade_to_head(engine)
    with engine.connect() as connection:
        numbers = connection.execute(text("SELECT id, number FROM rounds ORDER BY number")).all()
    assert [tuple(row) for row in numbers] == [("z", 1), ("r", 2), ("a", 3), ("b", 4)]


@pytest.mark.parametrize(
    ("statement", "fits"),
    [
        ("UPDATE jobs SET queue = 'pretrain' WHERE id = 'j1'", True),
        ("UPDATE jobs SET queue = 'tpu' WHERE id = 'j1'", False),
        ("UPDATE jobs SET state = 'lost' WHERE id = 'j1'", False),
        ("UPDATE jobs SET round_id = 'nowhere' WHERE id = 'j1'", False),
        ("UPDATE jobs SET id = 'j2' WHERE id = 'j1'", False),
        ("UPDATE rounds SET state = 'lost'", False),
        ("UPDATE rounds SET number = NULL", False),
        ("UPDATE sources SET state = 'lost'", False),
        ("UPDATE sources SET state = NULL", False),
    ],
)
def test_the_rebuilt_tables_keep_their_constraints(engine: Engine, statement: str, fits: bool) -> None:
    upgrade_to_head(engine)
    try:
        with write_connection(engine) as connection:
            connection.execute(text(statement))
    except IntegrityError:
        assert not fits
    else:
        assert fits


def test_deleting_a_project_still_takes_everything_with_it(engine: Engine) -> None:
    upgrade_to_head(engine)
    with write_connection(engine) as connection:
        connection.execute(text("DELETE FROM projects"))
    left = {name: number for name, number in counts(engine).items() if number}
    assert left == {"users": 1, "sources": 1}


def test_encoders_whose_job_was_cancelled_are_told_from_failed_ones(engine: Engine) -> None:
    ends = {"f1": "No memory.", "f2": "Cancelled.", "f3": None}
    names = ("id", "project_id", "name", "kind", "state", "config", "details", "error", "created_at")
    values = ", ".join(f":{name}" for name in names)
    with write_connection(engine) as connection:
        for name, error in ends.items():
            row = (name, "p", name, "pretrain", "failed", "{}", "{}", error, MOMENT)
            statement = text(f"INSERT INTO encoders ({', '.join(names)}) VALUES ({values})")
            connection.execute(statement, dict(zip(names, row, strict=True)))
    upgrade_to_head(engine)
    states = text("SELECT id, state FROM encoders ORDER BY id")
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(states)]
    assert found == [("e", "ready"), ("f1", "failed"), ("f2", "cancelled"), ("f3", "failed")]
    command.downgrade(alembic_config(engine), "0013")
    errors = text("SELECT id, state, error FROM encoders WHERE state = 'failed' ORDER BY id")
    with engine.connect() as connection:
        failed = [tuple(row) for row in connection.execute(errors)]
    assert failed == [(name, "failed", ends[name]) for name in ends]
