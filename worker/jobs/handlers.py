"""What each kind of job does: resolve the claim, compute, save."""

from collections.abc import Callable

from ml.messages import EncoderRequest, StepResult
from worker.child.warm_child import WarmChild
from worker.database.blobs import local_inputs
from worker.database.claims import Claim
from worker.database.encoders import load_encoder_spec, save_encoder, weights_folder
from worker.database.outcomes import finish
from worker.database.requests import load_candidates, load_step, output_directory
from worker.database.steps import save_step
from worker.jobs import later_images
from worker.jobs.imports import import_images
from worker.jobs.pretraining import count_source, measure_throughput, pretrain
from worker.watchdog import Watchdog

Handler = Callable[[Claim, Watchdog], None]

child = WarmChild()
"""The child of this process; it is started when first needed or warmed up."""


def evolve(claim: Claim, watchdog: Watchdog) -> None:
    """Complete one step of a round and propose the next."""
    work = load_step(claim)
    with local_inputs(work.request, watchdog.progress):
        result = child.run("step", work.request.model_dump_json(), watchdog.progress, watchdog.check)
    save_step(claim, work, StepResult.model_validate(result))


def find_candidates(claim: Claim, watchdog: Watchdog) -> None:
    """Find representatives of the pool, for a person to choose indicators from."""
    request = load_candidates(claim)
    with local_inputs(request, watchdog.progress):
        found = child.run("candidates", request.model_dump_json(), watchdog.progress, watchdog.check)
    finish(claim.fence, found)


def prepare_encoder(claim: Claim, watchdog: Watchdog) -> None:
    """Materialise an encoder's weights."""
    directory = output_directory(claim)
    request = EncoderRequest(
        spec=load_encoder_spec(claim), output_directory=directory, folder=weights_folder()
    )
    details = child.run("encoder", request.model_dump_json(), watchdog.progress, watchdog.check)
    save_encoder(claim, directory, details)


def predict(claim: Claim, watchdog: Watchdog) -> None:
    """Have the newest model say what the images show that it has not seen."""
    later_images.predict(claim, watchdog, child)


HANDLERS: dict[str, Handler] = {
    "round_start": evolve,
    "round_advance": evolve,
    "candidates": find_candidates,
    "encoder": prepare_encoder,
    "predict": predict,
    "import": import_images,
    "source": count_source,
    "pretrain": pretrain,
    "throughput": measure_throughput,
}
