"""The process that does the mathematics: `python -m worker.child`.

It reads one JSON line per job from standard input, `{"operation": "step", "request": {...}}`, and answers on
standard output with lines `{"progress": 0.4, "phase": "embedding", "message": "..."}` (of a pretraining also
`{"point": {...}}` and `{"checkpoint": {...}}`) and a last one that is `{"result": ...}` or `{"error": "...",
"cause": "..."}`. The line `{"operation": "pause"}` amid a pretraining asks for a checkpoint and an end. It
touches no database, stays warm between jobs and ends with its standard input. Its argument is its niceness.
"""

import json
import os
import sys
import threading
import traceback
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, TextIO

from worker.processes import die_with_parent

if TYPE_CHECKING:
    from ml.clustering.anchor_memory import AnchorMemory
    from ml.messages import Checkpoint, PretrainPoint

NICENESS = 5
PAUSE = b'{"operation": "pause"}\n'


def claim_stdout() -> TextIO:
    """Return the real standard output for answers; from now on, prints go to standard error."""
    sys.stdout.flush()
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return answers


def follow_stdin(pause: threading.Event) -> SimpleQueue[bytes]:
    """Return a queue of the lines of standard input; a wish to pause sets the event, a new job clears it.

    Here, where lines come in order: a wish that follows its job closely is not taken for an older one. The
    end of standard input ends the process, whatever it is doing.
    """
    lines: SimpleQueue[bytes] = SimpleQueue()

    def follow() -> None:
        for line in sys.stdin.buffer:
            if line == PAUSE:
                pause.set()
            else:
                pause.clear()
                lines.put(line)
        os._exit(0)

    threading.Thread(target=follow, name="stdin", daemon=True).start()
    return lines


def perform(
    operation: str,
    request: dict[str, Any],
    answer: "Answer",
    pause: threading.Event,
    memory: "AnchorMemory | None" = None,
) -> dict[str, Any]:
    """Return the JSON result of one job; progress goes to `answer`. A pretraining heeds `pause`.

    `memory` is what this process knows of the anchors since the step before.
    """
    from ml import messages  # noqa: PLC0415  (imports torch: only this process may)
    from ml.step import later_images, pipeline  # noqa: PLC0415  (imports torch: only this process may)

    match operation:
        case "step" | "review":
            return perform_step(operation, request, answer, memory)
        case "candidates":
            wanted = messages.CandidatesRequest.model_validate(request)
            found = pipeline.indicator_candidates(wanted, answer.progress)
            return {"items": [candidate.model_dump() for candidate in found]}
        case "embed" | "compare":
            return perform_embedding(operation, request, answer)
        case "predict":
            later = messages.PredictRequest.model_validate(request)
            return later_images.predict(later, answer.progress).model_dump()
        case "encoder":
            encoder = messages.EncoderRequest.model_validate(request)
            return pipeline.prepare_encoder(encoder.spec, encoder.output_directory, encoder.folder)
        case "source" | "pretrain" | "throughput":
            return perform_pretraining(operation, request, answer, pause)
    raise ValueError(f"unknown operation {operation!r}")


def perform_step(
    operation: str, request: dict[str, Any], answer: "Answer", memory: "AnchorMemory | None"
) -> dict[str, Any]:
    """Return the JSON result of an evolution step, or of a fit with the pages of a review."""
    from ml import messages  # noqa: PLC0415  (imports torch: only this process may)
    from ml.step import pipeline, review  # noqa: PLC0415

    if operation == "review":
        asked = messages.ReviewRequest.model_validate(request)
        return review.run_review(asked, answer.progress, memory).model_dump(mode="json")
    step = pipeline.run_step(messages.StepRequest.model_validate(request), answer.progress, memory)
    return step.model_dump(mode="json")


def perform_embedding(operation: str, request: dict[str, Any], answer: "Answer") -> dict[str, Any]:
    """Return the JSON result of some seconds of embedding, or of a comparison that begins with it."""
    from ml import messages  # noqa: PLC0415  (imports torch: only this process may)
    from ml.encoders.ahead import embed_ahead  # noqa: PLC0415
    from ml.step.comparing import CompareRequest  # noqa: PLC0415
    from ml.step.comparison import compare  # noqa: PLC0415

    if operation == "compare":
        return compare(CompareRequest.model_validate(request), answer.progress).model_dump()
    ahead = messages.EmbedRequest.model_validate(request)
    return embed_ahead(ahead, answer.progress).model_dump()


def perform_pretraining(
    operation: str, request: dict[str, Any], answer: "Answer", pause: threading.Event
) -> dict[str, Any]:
    """Return the JSON result of a job on the way to a pretrained encoder; points and checkpoints go too.

    Counting the images of a source builds no network, and so does not wait for what that imports.
    """
    from ml import messages  # noqa: PLC0415  (imports torch: only this process may)
    from ml.pretraining import sources  # noqa: PLC0415

    if operation == "source":
        source = messages.SourceRequest.model_validate(request)
        return sources.count_images(source, answer.progress).model_dump()

    from ml.pretraining import pretrain, throughput  # noqa: PLC0415

    if operation == "throughput":
        return throughput.measure(messages.ThroughputRequest.model_validate(request)).model_dump()
    training = messages.PretrainRequest.model_validate(request)
    return pretrain.pretrain(training, answer.progress, answer.report, pause.is_set)


class Answer:
    """Writes answers as JSON lines."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, **message: Any) -> None:
        self._stream.write(json.dumps(message) + "\n")
        self._stream.flush()

    def progress(self, fraction: float, phase: str, message: str) -> None:
        self.write(progress=fraction, phase=phase, message=message)

    def report(self, report: "PretrainPoint | Checkpoint") -> None:
        """Say how a pretraining goes, or that a checkpoint of it is complete."""
        self.write(**{type(report).__name__.removeprefix("Pretrain").lower(): report.model_dump()})

    def failure(self, error: Exception) -> None:
        """Say what went wrong and why, in words for people where they can do something about it."""
        from worker.causes import cause_of  # noqa: PLC0415

        cause = cause_of(error)
        if cause in {"fault", "memory"}:
            traceback.print_exc()
        said = ": ".join(filter(None, [type(error).__name__, *str(error).splitlines()[:1]]))
        words = {"input": str(error), "memory": f"There is not enough memory for this ({said})."}
        self.write(error=words.get(cause, said), cause=cause)


def main() -> None:
    """Serve jobs until standard input ends."""
    answer = Answer(claim_stdout())
    die_with_parent()
    os.nice(max(0, int(next(iter(sys.argv[1:]), NICENESS)) - os.nice(0)))
    pause = threading.Event()
    jobs = follow_stdin(pause)
    import ml.step.pipeline  # noqa: F401, PLC0415  (the slow part: done before the first job asks for it)
    from ml.clustering.anchor_memory import AnchorMemory  # noqa: PLC0415

    memory = AnchorMemory()

    while True:
        try:
            job = json.loads(jobs.get())
            answer.write(result=perform(job["operation"], job["request"], answer, pause, memory))
        except Exception as error:
            answer.failure(error)
