"""What the model contradicts of the answers, over HTTP."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from app.core.database import now, read_session, write_session
from app.core.models import Annotation, Category, User
from tests.app.labelling_factory import Labelling, make_labelling

API = "/api/v1"


@pytest.fixture
def made(anna: TestClient, ben: TestClient, olga: TestClient) -> Labelling:
    """Return a round of 60 queries, each with a guess of .9 for the first category."""
    members = {"olga": "owner", "anna": "annotator", "ben": "annotator"}
    return make_labelling(images=60, members=members)


def id_of(person: str) -> str:
    with read_session() as session:
        return session.scalars(select(User.id).where(User.name == person)).one()


def answer(made: Labelling, person: str, start: int, *wrong: bool) -> None:
    """Let a person answer the queries from `start` on, `wrong` of them with the second category."""
    annotator = id_of(person)
    rows = [
        Annotation(
            project_id=made.project_id,
            image_id=made.images[place],
            query_id=made.queries[place],
            slot=0,
            category_id=made.categories[int(differs)],
            kind="query",
            annotator_id=annotator,
            created_at=now() + timedelta(seconds=place),
        )
        for place, differs in enumerate(wrong, start)
    ]
    with write_session() as session:
        session.add_all(rows)


def ask(client: TestClient, made: Labelling) -> dict[str, Any]:
    found = client.get(f"{API}/projects/{made.project_id}/disagreement")
    assert found.status_code == 200, found.text
    return dict(found.json())


def test_owners_learn_of_a_person_whom_the_model_suddenly_disagrees_with(
    olga: TestClient, made: Labelling
) -> None:
    assert ask(olga, made) == {"doubted": 0, "people": []}
    answer(made, "anna", 0, *[False, False, False, True] * 5)
    answer(made, "ben", 40, *[False, False, False, True] * 5)
    assert ask(olga, made) == {"doubted": 10, "people": []}
    answer(made, "anna", 20, *[True] * 19, False)
    found = ask(olga, made)
    (person,) = found["people"]
    assert (person["user_id"], person["name"]) == (id_of("anna"), "anna")
    assert person["newest"] == {"contradicted": 19, "answers": 20}
    assert person["earlier"] == person["others"] == {"contradicted": 5, "answers": 20}
    assert found["doubted"] == 29


def test_nobody_is_told_of_themselves(olga: TestClient, anna: TestClient, made: Labelling) -> None:
    answer(made, "olga", 0, *[False] * 20, *[True] * 20)
    assert ask(olga, made) == {"doubted": 20, "people": []}
    assert anna.get(f"{API}/projects/{made.project_id}/disagreement").status_code == 403


def test_a_category_that_is_younger_than_the_guess_says_nothing(olga: TestClient, made: Labelling) -> None:
    answer(made, "anna", 0, *[False] * 20, *[True] * 20)
    assert len(ask(olga, made)["people"]) == 1
    with write_session() as session:
        later = update(Category).where(Category.id == made.categories[1])
        session.execute(later.values(created_at=now() + timedelta(hours=1)))
    assert ask(olga, made) == {"doubted": 0, "people": []}


def test_a_corrected_answer_is_not_held_against_anybody(olga: TestClient, made: Labelling) -> None:
    answer(made, "anna", 0, *[False] * 20, *[True] * 20)
    with write_session() as session:
        wrong = update(Annotation).where(Annotation.category_id == made.categories[1])
        session.execute(wrong.values(superseded_at=now(), slot=None))
    assert ask(olga, made)["people"] == []
