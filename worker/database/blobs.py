"""Having the blobs that a request names where the child can read them."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from app.core.storage import get_storage
from ml.messages import (
    CandidatesRequest,
    EmbedRequest,
    EncoderFile,
    FilesSource,
    PredictRequest,
    PretrainRequest,
    StepRequest,
)
from ml.step.comparing import CompareRequest

Request = CandidatesRequest | CompareRequest | EmbedRequest | PredictRequest | PretrainRequest | StepRequest
Report = Callable[[float, str, str], None]


def local_inputs(request: Request, report: Report) -> AbstractContextManager[None]:
    """Have every image, weight and checkpoint of `request` on this machine while the block runs.

    `report` is told of copying and may raise to end it; where blobs are local, nothing is to be done.
    """

    def progress(here: int, wanted: int) -> None:
        report(0.0, "fetching", f"{here:,} of {wanted:,} files")

    return get_storage().local_copies(_paths(request), progress)


def _encoders(request: Request) -> list[EncoderFile | None]:
    if isinstance(request, PretrainRequest):
        return [request.initial]
    if isinstance(request, CandidatesRequest | CompareRequest | EmbedRequest):
        return [request.encoder]
    return [request.encoder, request.second_encoder]


def _paths(request: Request) -> Iterator[str | Path]:
    for encoder in _encoders(request):
        if encoder is not None and encoder.weights is not None:
            yield encoder.weights
    if isinstance(request, PretrainRequest):
        yield from request.target
        if request.labelled is not None:
            yield from request.labelled.paths
        yield from request.checkpoints
        if request.initial_state is not None:
            yield request.initial_state
        if isinstance(request.source, FilesSource):
            yield from request.source.paths
        return
    if isinstance(request, PredictRequest):
        yield from (request.head, request.description)
        yield from (file.path for file in request.images)
        return
    files = [*request.pool, *(request.test if isinstance(request, EmbedRequest | StepRequest) else [])]
    yield from (file.path for file in files)
