"""Unsupervised finetuning goes on from what is kept of an encoder beside its weights."""

import pytest
import torch
from safetensors.torch import load_file

from ml.messages import EncoderFile, PretrainRequest
from tests.ml.pretraining.test_pretrain import Make, assert_same, run, weights


def further(make_request: Make, first: PretrainRequest, output: str, **changes: object) -> PretrainRequest:
    """Return a run on the target alone that goes on from all that `first` left."""
    directory = first.output_directory
    spec = {"kind": "pretrain", "config": first.config.model_dump()}
    start = EncoderFile.model_validate({"spec": spec, "weights": str(directory / "encoder.safetensors")})
    kept = {"initial": start, "initial_state": str(directory / "method.safetensors")}
    return make_request(output, mode="uf", **changes).model_copy(update=kept)


def state(request: PretrainRequest) -> dict[str, torch.Tensor]:
    """Return what a run left of its training beside the weights."""
    return load_file(request.output_directory / "method.safetensors")


def test_finetuning_goes_on_from_heads_and_queue(make_request: Make) -> None:
    first = make_request("first", mode="vup")
    details, _, _ = run(first)
    kept = details["method_state"]
    assert isinstance(kept, dict)
    assert kept["bytes"] == (first.output_directory / "method.safetensors").stat().st_size
    still = further(make_request, first, "still", epochs=1, learning_rate=1e-12, key_momentum=1.0)
    told, _, _ = run(still)
    assert (told["heads"], "heads_why" in told) == ("kept", False)
    before, after = state(first), state(still)
    moved = [name for name in before if name != "queue" and "running" not in name and "tracked" not in name]
    assert moved
    for name in moved:
        torch.testing.assert_close(before[name], after[name])
    torch.testing.assert_close(before["queue"][8:], after["queue"][:24])  # one batch of keys has come since
    shorter = further(make_request, first, "shorter", epochs=1, queue_size=16)
    run(shorter)
    torch.testing.assert_close(before["queue"][-8:], state(shorter)["queue"][:8])
    longer = further(make_request, first, "longer", epochs=1, queue_size=48)
    run(longer)
    torch.testing.assert_close(before["queue"], state(longer)["queue"][8:40])


@pytest.mark.parametrize(
    ("changes", "why"),
    [({"projection_dim": 8}, "another shape"), ({"head": "linear"}, "another shape")],
)
def test_finetuning_with_other_heads_starts_them_anew_and_says_so(
    make_request: Make, changes: dict[str, object], why: str
) -> None:
    first = make_request("first", mode="vup", epochs=1)
    run(first)
    told, _, _ = run(further(make_request, first, "second", epochs=1, **changes))
    assert told["heads"] == "new"
    assert why in str(told["heads_why"])
    alone = further(make_request, first, "third", epochs=1).model_copy(update={"initial_state": None})
    assert "nothing but the weights" in str(run(alone)[0]["heads_why"])
    stranger = further(make_request, first, "fourth", epochs=1)
    assert stranger.initial is not None
    other = make_request("other", mode="vup", epochs=1, seed=1)
    run(other)
    path = str(other.output_directory / "method.safetensors")
    told, _, _ = run(stranger.model_copy(update={"initial_state": path}))
    assert "belongs to another" in str(told["heads_why"])


def test_a_resumed_finetuning_ends_with_the_same_weights_and_state(make_request: Make) -> None:
    first = make_request("first", mode="vup", epochs=1)
    run(first)
    whole = further(make_request, first, "whole", epochs=4)
    run(whole)
    partial = further(make_request, first, "partial", epochs=4, checkpoint_steps=2)
    run(partial)
    checkpoint = str(partial.output_directory / "checkpoint-000000002.safetensors")
    resumed = further(make_request, first, "resumed", epochs=4).model_copy(
        update={"checkpoints": [checkpoint]}
    )
    run(resumed)
    assert_same(weights(whole), weights(resumed))
    assert_same(state(whole), state(resumed))
