"""Jobs that prepare encoders; those that are pretrained are in `pretraining.py`."""

from ml.messages import EncoderRequest
from worker.database.claims import Claim
from worker.database.encoders import load_encoder_spec, save_encoder, weights_folder
from worker.database.requests import output_directory
from worker.jobs.shared_child import child
from worker.watchdog import Watchdog


def prepare_encoder(claim: Claim, watchdog: Watchdog) -> None:
    """Materialise an encoder's weights."""
    directory = output_directory(claim)
    request = EncoderRequest(
        spec=load_encoder_spec(claim), output_directory=directory, folder=weights_folder()
    )
    details = child.run("encoder", request.model_dump_json(), watchdog.progress, watchdog.check)
    save_encoder(claim, directory, details)
