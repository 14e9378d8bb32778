"""Rounds as a state machine: pause, resume, cancel, crash, label and correct at any point (I6, I7)."""

import json
from collections.abc import Callable
from contextlib import nullcontext, suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import Engine, select

from app.core.database import now, read_session, write_connection, write_session
from app.core.models import Annotation, Encoder, Job, Query, Round, Step
from app.core.problems import Problem
from app.core.states import ROUND_ENDED
from app.core.storage import get_storage
from app.labelling.records import Target
from app.labelling.schemas import Answer
from app.labelling.submit import submit
from app.rounds import service
from app.rounds.finishing import finish_round
from ml.config import RoundConfig
from ml.messages import StepResult
from tests.app.labelling_factory import make_project
from tests.worker.conftest import ENCODER, change, get
from tests.worker.database.test_steps import proposal, result
from worker.database import leftovers, outcomes
from worker.database.claims import Claim, LostClaimError, UnwantedError, claim
from worker.database.requests import StepWork, load_step, output_directory
from worker.database.steps import save_step

PEOPLE = ("anna", "ben")
MOST_TURNS = 40
choices = st.integers(min_value=0, max_value=20)


class Rounds(RuleBasedStateMachine):
    """A round of two steps; `labels` is what people were told stands, `works` what workers have begun."""

    rolling = False

    @initialize()
    def begin(self) -> None:
        self.made = make_project(members=dict.fromkeys(PEOPLE, "owner"), images=4, spare=4)
        change(Encoder, self.made.encoder_id, config=ENCODER)
        config = RoundConfig(schedule=[1, 1], encoder_id=self.made.encoder_id, rolling=self.rolling)
        with write_session() as session:
            self.round_id = service.start_round(session, self.made.project_id, config, "anna").id
        self.labels: dict[str, str] = {}
        self.authors: dict[str, str] = {}
        self.works: list[tuple[Claim, StepWork, dict[str, str]]] = []
        self.end: tuple[str, str | None] | None = None

    @property
    def row(self) -> Any:
        return get(Round, self.round_id)

    def rows(self, model: type[Any], *where: Any) -> list[Any]:
        with read_session() as session:
            return list(session.scalars(select(model).where(model.round_id == self.round_id, *where)))

    def answer(self, query: Any, person: str, category: int) -> None:
        target = Target(person, query.id, query.image_id, query.step_id, self.round_id, self.made.project_id)
        said = Answer(category_id=self.made.categories[category % 2])
        with write_connection() as connection:
            assert submit(connection, target, said, overrule=True).annotation is not None
        self.labels[query.image_id] = str(said.category_id)
        self.authors[query.id] = person

    @rule(number=choices, category=choices, person=st.sampled_from(PEOPLE))
    def somebody_labels(self, number: int, category: int, person: str) -> None:
        asked = [query for query in self.rows(Query) if query.state == "open"]
        if asked:
            self.answer(asked[number % len(asked)], person, category)

    @rule(number=choices, category=choices)
    def somebody_corrects_at_any_time(self, number: int, category: int) -> None:
        answered = [query for query in self.rows(Query) if query.id in self.authors]
        if answered:
            query = answered[number % len(answered)]
            self.answer(query, self.authors[query.id], category)

    @rule(what=st.sampled_from(["pause", "resume"]))
    def the_owner_pauses_or_resumes(self, what: str) -> None:
        before = self.row.state
        possible = before in service.UNDER_WAY if what == "pause" else before == "paused"
        change_state: Callable[..., None] = getattr(service, f"{what}_round")
        with nullcontext() if possible else pytest.raises(Problem), write_session() as session:
            change_state(session, session.get_one(Round, self.round_id))
        if not possible:
            return
        assert (self.row.state == "paused") == (what == "pause")

    @rule(sure=st.integers(0, 3))
    def the_owner_finishes(self, sure: int) -> None:
        if sure == 0 and self.row.state not in ROUND_ENDED:
            with write_session() as session:
                finish_round(session, session.get_one(Round, self.round_id))

    @rule(sure=st.integers(0, 3))
    def the_owner_cancels(self, sure: int) -> None:
        if sure == 0 and self.row.state not in ROUND_ENDED:
            with write_session() as session:
                service.cancel_round(session, session.get_one(Round, self.round_id))

    @rule(number=choices)
    def the_model_begins(self, number: int) -> None:
        queued = self.rows(Job, Job.state.in_(("queued", "running")))
        held = claim(queued[number % len(queued)].id) if queued else None
        if held is None:
            return
        try:
            work = load_step(held)
        except UnwantedError:
            outcomes.cancel(held.fence)
            return
        assert self.standing(work) == self.labels, "it learns from all that stands, and nothing else"
        self.works.append((held, work, dict(self.labels)))

    @rule(number=choices)
    def the_model_ends(self, number: int) -> None:
        if not self.works:
            return
        held, work, frozen = self.works.pop(number % len(self.works))
        job = get(Job, held.fence.job_id)
        holds = job.state == "running" and job.epoch == held.fence.token
        output_directory(held).joinpath("images.json").write_text("{}")
        try:
            save_step(held, work, self.learned(work))
        except LostClaimError:
            assert not holds
            return
        except UnwantedError:
            outcomes.cancel(held.fence)
            return
        assert holds
        if not work.trains:
            return
        (step,) = self.rows(Step, Step.index == work.completes)
        learned = json.loads(get_storage().read(f"{step.artefacts_key}/labels.json"))
        assert {each["image_id"]: each["category_id"] for each in learned} == frozen

    @rule(number=choices)
    def a_worker_is_forgotten(self, number: int) -> None:
        """It may still come back, and must then be refused."""
        if self.works:
            change(
                Job, self.works[number % len(self.works)][0].fence.job_id, lease_until=now() - timedelta(1)
            )

    @rule()
    def the_reaper_passes(self) -> None:
        leftovers.close_all_unclaimable()
        leftovers.derive_advances()
        leftovers.derive_proposals()

    def standing(self, work: StepWork) -> dict[str, str]:
        categories = work.request.categories
        return {image: categories[index] for image, index in work.request.labels.items()}

    def learned(self, work: StepWork) -> StepResult:
        """Return a step's result: the first images that may be asked about."""
        taken = {*work.request.excluded, *work.request.labels}
        free = [image.id for image in work.request.pool if image.id not in taken]
        return result(*[proposal(image_id) for image_id in free[: work.request.ask]])

    @invariant()
    def what_people_were_told_stands(self) -> None:
        live = select(Annotation.image_id, Annotation.category_id).where(
            Annotation.project_id == self.made.project_id, Annotation.superseded_at.is_(None)
        )
        with read_session() as session:
            found = [tuple(row) for row in session.execute(live)]
        assert dict(found) == self.labels
        assert len(found) == len(self.labels) <= self.row.budget

    @invariant()
    def an_end_is_an_end(self) -> None:
        row = self.row
        if row.state in ROUND_ENDED:
            self.end = self.end or (row.state, row.error)
            assert self.end == (row.state, row.error)
        else:
            assert self.end is None
            assert (row.resume_state in service.UNDER_WAY) == (row.state == "paused")

    @invariant()
    def steps_follow_each_other_and_each_has_one_job(self) -> None:
        steps = {step.index: step.state for step in self.rows(Step)}
        assert sorted(steps) == list(range(len(steps)))
        shown = [state for index, state in sorted(steps.items()) if index <= self.row.step]
        frozen = [state != "labelling" for state in shown]
        assert frozen == sorted(frozen, reverse=True), "steps are frozen in their order"
        if not self.rolling:
            assert all(state == "done" for state in shown[:-1])
        jobs = [(job.step, job.kind) for job in self.rows(Job)]
        assert len(jobs) == len(set(jobs))
        assert {step for step, _ in jobs} <= set(range(len(steps) + 1))

    def teardown(self) -> None:
        """Let everybody go on with what they do: the round comes to an end, and so does every job."""
        for _turn in range(MOST_TURNS):
            if self.row.state in ROUND_ENDED and not self.rows(Job, Job.state.in_(("queued", "running"))):
                break
            with suppress(Problem), write_session() as session:
                service.resume_round(session, session.get_one(Round, self.round_id))
            self.somebody_labels(0, 0, "anna")
            self.a_worker_is_forgotten(0)
            self.the_model_begins(0)
            self.the_model_ends(len(self.works) - 1)
            self.the_reaper_passes()
        else:
            raise AssertionError(f"the round is {self.row.state} for ever")
        if self.row.state == "done" and self.row.finish_requested_at is None:
            assert len(self.labels) == len(self.rows(Query)) == 4


class RollingRounds(Rounds):
    """One whose two steps may be open at once."""

    rolling = True


@pytest.mark.timeout(900)
@pytest.mark.parametrize("machine", [Rounds, RollingRounds])
def test_a_round_comes_to_its_end_whatever_happens_to_it(engine: Engine, machine: type[Rounds]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=15,
            stateful_step_count=25,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
