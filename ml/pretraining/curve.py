"""How a run goes: figures gathered over steps, reported as points that are not too many."""

import time
from dataclasses import asdict

from ml.messages import PretrainPoint
from ml.metrics.representation import alignment, uniformity
from ml.pretraining.measures import Separation
from ml.pretraining.methods.method import Step
from ml.pretraining.trainer import Trainer

MOST_POINTS = 200
LEAST_SECONDS = 1.0


class Curve:
    """Turns steps into points: the loss is a mean since the last point, the rest is of the step itself."""

    def __init__(self, trainer: Trainer, steps_per_epoch: int, first_step: int) -> None:
        self._trainer = trainer
        self._steps_per_epoch = steps_per_epoch
        self._interval = max(1, trainer.steps // MOST_POINTS)
        self._first_step = first_step
        self._started = self._reported = time.perf_counter()
        self._loss = 0.0
        self._losses = 0

    def rate(self, done: int) -> float:
        """Return the images a second since the run was started or resumed, `done` steps being done."""
        seconds = max(time.perf_counter() - self._started, 1e-9)
        return (done - self._first_step) * self._trainer.config.batch_size / seconds

    def add(self, step: Step, done: int, measured: Separation | None = None) -> PretrainPoint | None:
        """Count a step; returns a point where one is due, or has to say what was `measured`."""
        self._loss = self._loss + step.loss  # type: ignore[assignment]  # stays on the device until it is read
        self._losses += 1
        due = done % self._interval == 0 and time.perf_counter() - self._reported >= LEAST_SECONDS
        if not due and measured is None and done < self._trainer.steps:
            return None
        self._reported = time.perf_counter()
        loss, self._loss, self._losses = float(self._loss) / self._losses, 0.0, 0
        rate = self.rate(done)
        left = (self._trainer.steps - done) * self._trainer.config.batch_size / rate
        return PretrainPoint(
            step=done,
            steps=self._trainer.steps,
            epoch=done / self._steps_per_epoch,
            loss=loss,
            alignment=float(alignment(step.query, step.key)),
            uniformity=float(uniformity(step.query)),
            learning_rate=self._trainer.learning_rate(done - 1),
            images_per_second=rate,
            seconds_left=left,
            **(asdict(measured) if measured else {}),
        )
