"""The process that does the mathematics: `python -m worker.child`.

It reads one JSON line per job from standard input, `{"operation": "step", "request": {...}}`, and answers on
standard output with lines `{"progress": 0.4, "phase": "embedding", "message": "..."}` (of a pretraining also
`{"point": {...}}` and `{"checkpoint": {...}}`) and a last one that is `{"result": ...}` or `{"error": "...",
"retry": bool}`. It touches no database, stays warm between jobs, and ends with its standard input. The one
argument that it takes is its niceness.
"""

import json
import os
import sys
import threading
import traceback
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, TextIO

from worker.processes import die_with_parent

if TYPE_CHECKING:
    from ml.messages import Checkpoint, PretrainPoint

NICENESS = 5


def claim_stdout() -> TextIO:
    """Return the real standard output for answers; from now on, prints go to standard error."""
    sys.stdout.flush()
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return answers


def follow_stdin() -> SimpleQueue[bytes]:
    """Return a queue of the lines of standard input. Its end ends the process, whatever it is doing."""
    lines: SimpleQueue[bytes] = SimpleQueue()

    def follow() -> None:
        for line in sys.stdin.buffer:
            lines.put(line)
        os._exit(0)

    threading.Thread(target=follow, name="stdin", daemon=True).start()
    return lines


def perform(operation: str, request: dict[str, Any], answer: "Answer") -> dict[str, Any]:
    """Return the JSON result of one job; progress goes to `answer`."""
    from pydantic import TypeAdapter  # noqa: PLC0415

    from ml import messages, pipeline  # noqa: PLC0415  (imports torch: only this process may)
    from ml.config import EncoderSpec  # noqa: PLC0415

    match operation:
        case "step":
            step = pipeline.run_step(messages.StepRequest.model_validate(request), answer.progress)
            return step.model_dump(mode="json")
        case "candidates":
            wanted = messages.CandidatesRequest.model_validate(request)
            found = pipeline.indicator_candidates(wanted, answer.progress)
            return {"items": [candidate.model_dump() for candidate in found]}
        case "encoder":
            spec = TypeAdapter(EncoderSpec).validate_python(request["spec"])
            return pipeline.prepare_encoder(spec, Path(request["output_directory"]))
        case "source" | "pretrain" | "throughput":
            return perform_pretraining(operation, request, answer)
    raise ValueError(f"unknown operation {operation!r}")


def perform_pretraining(operation: str, request: dict[str, Any], answer: "Answer") -> dict[str, Any]:
    """Return the JSON result of a job on the way to a pretrained encoder; points and checkpoints go too."""
    from ml import messages  # noqa: PLC0415  (imports torch: only this process may)
    from ml.pretraining import pretrain, sources, throughput  # noqa: PLC0415

    if operation == "source":
        source = messages.SourceRequest.model_validate(request)
        return sources.count_images(source, answer.progress).model_dump()
    if operation == "throughput":
        return throughput.measure(messages.ThroughputRequest.model_validate(request)).model_dump()
    training = messages.PretrainRequest.model_validate(request)
    return pretrain.pretrain(training, answer.progress, answer.report)


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
        """Say what went wrong: the reason of an unusable input, or the kind of an unexpected error."""
        from ml.errors import UnusableInputError  # noqa: PLC0415

        if isinstance(error, UnusableInputError):
            self.write(error=str(error), retry=False)
            return
        traceback.print_exc()
        out_of_memory = isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError"
        self.write(error=f"{type(error).__name__}: {error}", retry=out_of_memory)


def main() -> None:
    """Serve jobs until standard input ends."""
    answer = Answer(claim_stdout())
    die_with_parent()
    os.nice(max(0, int(next(iter(sys.argv[1:]), NICENESS)) - os.nice(0)))
    jobs = follow_stdin()
    import ml.pipeline  # noqa: F401, PLC0415  (the slow part: done before the first job asks for it)

    while True:
        try:
            job = json.loads(jobs.get())
            answer.write(result=perform(job["operation"], job["request"], answer))
        except Exception as error:
            answer.failure(error)


if __name__ == "__main__":
    main()
