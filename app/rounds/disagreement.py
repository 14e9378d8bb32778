"""What the model contradicts of the answers: labels that it doubts, and whom it suddenly disagrees with."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.models import Annotation, Category, Query, User
from app.core.order import newest_first
from app.projects.merged import count_together, read_merged
from app.rounds.disagreement_schemas import DisagreementOut, PersonOut, ShareOut
from ml.forecast.disagreement import NEWEST, Alarm, Contradicted, alarm

# The newest answers of a project that are looked at.
LOOKED_AT = 5000
# A label is doubted where another one was more likely than all others together.
DOUBTED = 0.5


@dataclass(frozen=True)
class Answered:
    """An answer to a query that had a guess: by whom, in which step, and what the guess was worth."""

    person: str | None
    step: str
    contradicted: bool
    confidence: float


def disagreement(session: Session, project_id: str, reader: str) -> DisagreementOut:
    """Return what the guesses that people were shown contradict of the answers, without those of `reader`.

    Nobody is told so of themselves.
    """
    answers = answers_of(session, project_id)
    doubted = sum(each.contradicted and each.confidence > DOUBTED for each in answers)
    found = {
        person: seen
        for person in sorted({each.person for each in answers if each.person})
        if person != reader and (seen := alarm_of(person, answers)) is not None
    }
    names = select(User.id, User.name).where(User.id.in_(found)).order_by(User.name)
    people = [_person(row.id, row.name, found[row.id]) for row in session.execute(names)]
    return DisagreementOut(doubted=doubted, people=people)


def answers_of(session: Session, project_id: str) -> list[Answered]:
    """Return the newest answers to queries that had a guess, the oldest first.

    Those with a category that is younger than the guess are left out: the model could not know it.
    """
    statement = (
        select(Annotation.annotator_id, Annotation.category_id, Query.step_id, Query.suggestions)
        .join(Query, Query.id == Annotation.query_id)
        .join(Category, Category.id == Annotation.category_id)
        .where(Annotation.project_id == project_id, Annotation.superseded_at.is_(None))
        .where(Category.created_at <= Query.created_at)
        .order_by(*newest_first(Annotation))
        .limit(LOOKED_AT)
    )
    merged = read_merged(session, project_id)
    found: list[Answered] = []
    for row in session.execute(statement):
        if row.suggestions:
            guess = count_together(row.suggestions, merged)[0]
            wrong = guess["category_id"] != row.category_id
            found.append(Answered(row.annotator_id, row.step_id, wrong, float(guess["confidence"])))
    return found[::-1]


def alarm_of(person: str, answers: Sequence[Answered]) -> Alarm | None:
    """Return the alarm about a person, if the newest answers give reason for one."""
    by_step: dict[str, list[bool]] = defaultdict(list)
    own: list[Answered] = []
    for each in answers:
        if each.person == person:
            own.append(each)
        else:
            by_step[each.step].append(each.contradicted)
    steps = dict.fromkeys(each.step for each in own[-NEWEST:])
    others = [contradicted for step in steps for contradicted in by_step[step]]
    return alarm([each.contradicted for each in own], others)


def _person(user_id: str, name: str, found: Alarm) -> PersonOut:
    return PersonOut(
        user_id=user_id,
        name=name,
        newest=_share(found.newest),
        earlier=_share(found.earlier) if found.earlier else None,
        others=_share(found.others) if found.others else None,
    )


def _share(found: Contradicted) -> ShareOut:
    return ShareOut(contradicted=found.wrong, answers=found.answers)
