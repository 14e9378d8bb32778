"""Any sequence of hand-outs, answers and undos against a small model: invariants I1, I2, I3 and I5."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

from hypothesis import assume, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Connection, Engine, event, func, select, update

from app.core.database import make_engine, now, write_connection
from app.core.models import Annotation, Image, Job, Lease, Query, Round, Step
from app.labelling.leases import take
from app.labelling.records import Target
from app.labelling.schemas import Answer
from app.labelling.submit import Outcome, submit
from app.labelling.undo import undo
from tests.app.labelling_factory import make_labelling

PEOPLE = ("anna", "ben", "cleo")
people = st.sampled_from(PEOPLE)
numbers = st.integers(min_value=0, max_value=7)
answers = st.sampled_from(["0", "1", "unclear", "broken", "not_in_list"])


class Labelling(RuleBasedStateMachine):
    """The queue as people see it; `given` is what the service acknowledged and has not taken back."""

    new_database: Callable[[], AbstractContextManager[str]]

    @initialize()
    def begin(self) -> None:
        self.database = self.new_database()
        self.engine: Engine = make_engine(self.database.__enter__())
        if self.engine.dialect.name == "sqlite":
            event.listen(self.engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=OFF"))
        self.made = make_labelling(self.engine, members=dict.fromkeys(PEOPLE, "annotator"), images=3, spare=3)
        self.given: dict[tuple[str, str], str] = {}

    def teardown(self) -> None:
        self.engine.dispose()
        self.database.__exit__(None, None, None)

    def queries(self, connection: Connection) -> list[Any]:
        return list(
            connection.execute(select(Query.id, Query.image_id, Query.state).order_by(Query.position))
        )

    def target(self, connection: Connection, person: str, number: int) -> Target:
        queries = self.queries(connection)
        query = queries[number % len(queries)]
        made = self.made
        return Target(person, query.id, query.image_id, made.step_id, made.round_id, made.project_id)

    def answer(self, said: str) -> Answer:
        if said.isdigit():
            return Answer(category_id=self.made.categories[int(said)])
        return Answer.model_validate({"skip": said})

    @rule(person=people, count=st.integers(1, 3))
    def lease(self, person: str, count: int) -> None:
        with write_connection(self.engine) as connection:
            others = select(Lease.query_id).where(Lease.user_id != person, Lease.expires_at > now())
            held = set(connection.scalars(others))
            rows = take(connection, person, [self.made.step_id], count)
            assert held.isdisjoint(row.id for row in rows)
            assert all((row.id, person) not in self.given for row in rows)

    @rule()
    def wait_too_long(self) -> None:
        with write_connection(self.engine) as connection:
            connection.execute(update(Lease).values(expires_at=now() - timedelta(seconds=1)))

    @rule(person=people, number=numbers, said=answers)
    def submit(self, person: str, number: int, said: str) -> None:
        with write_connection(self.engine) as connection:
            target = self.target(connection, person, number)
            expected = self.version(connection, target)
            outcome = submit(connection, target, self.answer(said), expected=expected)
        self.remember(target, said, outcome)

    @rule(person=people, number=numbers, said=answers, wrong=st.sampled_from([None, 0, 99]))
    def submit_unseen(self, person: str, number: int, said: str, wrong: int | None) -> None:
        with write_connection(self.engine) as connection:
            target = self.target(connection, person, number)
            stands = self.given.get((target.query_id, person))
            assume(stands not in {None, said} or (stands is None and wrong is not None))
            before = self.view(connection)
            assert submit(connection, target, self.answer(said), expected=wrong).changed
            assert self.view(connection) == before

    def version(self, connection: Connection, target: Target) -> int | None:
        """Return the version of the answer of theirs that the person sees."""
        own = select(Annotation.version).where(
            Annotation.query_id == target.query_id,
            Annotation.annotator_id == target.user_id,
            Annotation.superseded_at.is_(None),
        )
        return connection.execute(own).scalar()

    def remember(self, target: Target, said: str, outcome: Outcome) -> None:
        assert not outcome.changed
        if outcome.annotation is not None:
            self.given[target.query_id, target.user_id] = said
        else:
            assert outcome.kept is not None

    @rule(person=people, number=numbers, said=answers)
    def submit_again(self, person: str, number: int, said: str) -> None:
        with write_connection(self.engine) as connection:
            target = self.target(connection, person, number)
            expected = self.version(connection, target)
            first = submit(connection, target, self.answer(said), expected=expected)
            before = self.view(connection)
            second = submit(connection, target, self.answer(said), expected=expected)
            assert self.view(connection) == before
        assert second.annotation == first.annotation
        assert (second.kept, second.late) == (first.kept, first.late)
        self.remember(target, said, first)

    @rule(person=people, number=numbers)
    def undo(self, person: str, number: int) -> None:
        with write_connection(self.engine) as connection:
            target = self.target(connection, person, number)
            undone = undo(connection, target)
        said = self.given.pop((target.query_id, person), None)
        assert (undone is None) == (said is None)

    @rule(person=people, said=answers)
    def submit_then_undo(self, person: str, said: str) -> None:
        with write_connection(self.engine) as connection:
            rows = take(connection, person, [self.made.step_id], 1)
            assume(rows)
            assume(not self.would_complete(connection, said))
            before = self.view(connection)
            made = self.made
            target = Target(
                person, rows[0].id, rows[0].image_id, made.step_id, made.round_id, made.project_id
            )
            assert submit(connection, target, self.answer(said)).annotation is not None
            undo(connection, target)
            assert self.view(connection) == before

    def would_complete(self, connection: Connection, said: str) -> bool:
        """Return whether one more answer may freeze the step; the view is not restored after that."""
        return sum(query.state == "open" for query in self.queries(connection)) == 1

    def view(self, connection: Connection) -> Any:
        live = select(Annotation.query_id, Annotation.annotator_id, Annotation.category_id, Annotation.skip)
        return (
            self.queries(connection),
            set(connection.execute(live.where(Annotation.superseded_at.is_(None)))),
            set(connection.execute(select(Lease.query_id, Lease.user_id))),
            list(connection.execute(select(Image.id, Image.excluded).order_by(Image.id))),
            connection.execute(select(Round.state)).scalar_one(),
        )

    @invariant()
    def every_acknowledged_answer_stands_once(self) -> None:
        statement = select(Annotation).where(Annotation.superseded_at.is_(None))
        with self.engine.connect() as connection:
            rows = connection.execute(statement).all()
        standing = {
            (row.query_id, row.annotator_id): row.skip or str(self.made.categories.index(row.category_id))
            for row in rows
        }
        assert len(rows) == len(standing)
        assert standing == self.given

    @invariant()
    def spent_and_reserved_stay_within_what_was_asked(self) -> None:
        with self.engine.connect() as connection:
            states = [query.state for query in self.queries(connection)]
            live = connection.execute(
                select(func.count()).select_from(Lease).where(Lease.expires_at > now())
            ).scalar_one()
            leased_states = set(
                connection.scalars(select(Query.state).join(Lease, Lease.query_id == Query.id))
            )
        assert states.count("labelled") + live <= len(self.made.images)
        assert states.count("labelled") + states.count("open") <= len(self.made.images)
        assert leased_states <= {"open"}

    @invariant()
    def labelled_means_one_label(self) -> None:
        with self.engine.connect() as connection:
            for query in self.queries(connection):
                labels = [
                    said
                    for (query_id, _), said in self.given.items()
                    if query_id == query.id and said.isdigit()
                ]
                assert len(labels) == (query.state == "labelled")

    @invariant()
    def the_model_starts_when_nothing_is_open(self) -> None:
        with self.engine.connect() as connection:
            jobs = connection.execute(select(func.count()).select_from(Job)).scalar_one()
            frozen = connection.execute(select(Step.state, Round.state).join(Round)).one()
            nothing_open = all(query.state != "open" for query in self.queries(connection))
        assert jobs == nothing_open
        assert tuple(frozen) == (("finetuning",) * 2 if nothing_open else ("labelling",) * 2)


def test_any_order_of_work_keeps_the_invariants(
    new_database: Callable[[], AbstractContextManager[str]],
) -> None:
    machine = type("WithDatabase", (Labelling,), {"new_database": staticmethod(new_database)})
    chosen = settings(max_examples=25, stateful_step_count=25)
    run_state_machine_as_test(machine, settings=chosen)
