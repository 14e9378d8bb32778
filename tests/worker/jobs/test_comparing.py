"""A real child measures an encoder on the labels of a project."""

from collections.abc import Callable, Iterator

import pytest

from app.core.database import read_session
from app.core.models import Annotation, Category, Encoder, Job
from app.encoders.comparing import comparison
from tests.worker.conftest import ENCODER, add, change, get
from tests.worker.jobs.test_later_images import COLOURS, add_image
from worker.database import comparing
from worker.jobs import runner, shared_child


@pytest.fixture(scope="module", autouse=True)
def child() -> Iterator[None]:
    """Have the tests of this module share a child, which ends with it."""
    yield
    shared_child.child.stop()


@pytest.mark.timeout(300)
def test_labels_are_guessed_without_themselves_and_the_job_gives_way(
    project: str, make_job: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = add(Encoder(project_id=project, name="e", kind="bundled", config=ENCODER, state="ready"))
    for name in COLOURS:
        category = add(Category(project_id=project, name=name, position=0))
        for number in range(3):
            image = add_image(project, name, number, side=230)
            if number < 2:
                label = {"image_id": image, "category_id": category, "kind": "indicator"}
                add(Annotation(project_id=project, **label))
    monkeypatch.setattr(comparing, "SECONDS", 1e-9)
    job = make_job("compare", params={"encoder_id": encoder, "version": "of then"})
    start = make_job("candidates")
    runner.run(job)
    assert (get(Job, job).state, get(Job, job).attempts) == ("queued", 0), "it has given way"
    change(Job, start, state="cancelled")
    monkeypatch.setattr(comparing, "SECONDS", 60.0)
    runner.run(job)
    assert (get(Job, job).state, get(Job, job).error) == ("done", None)
    with read_session() as session:
        (found,) = comparison(session, project).items
    assert (found.state, found.accuracy, found.labels) == ("measured", 1.0, 4)
    assert (found.images_left, found.seconds) == (0, 0.0)
