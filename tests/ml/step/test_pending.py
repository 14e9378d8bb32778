"""A step that is proposed while the answers to the one before are out."""

from tests.ml.step.test_pipeline import Step, pool, step, test_images

__all__ = ["pool", "step", "test_images"]


def test_images_that_are_out_with_people_are_anchors_and_not_asked_about_again(
    step: Step,
) -> None:
    first = step()
    out = [proposal.image_id for proposal in first.proposals]
    again = step(excluded=out, pending=out)
    assert not set(out) & {proposal.image_id for proposal in again.proposals}
    assert len(again.proposals) == 6
    unaware = step(excluded=out)
    chosen = [{proposal.image_id for proposal in each.proposals} for each in (again, unaware)]
    assert chosen[0] != chosen[1], "what is out is not covered twice"
    cold = step(labels={}, excluded=out, pending=out)
    assert not set(out) & {proposal.image_id for proposal in cold.proposals}
    assert cold.accuracy is None
