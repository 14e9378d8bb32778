"""The model's child in the test's own process: starting one with torch takes longer than a whole test."""

import io
import json
import threading
from collections.abc import Callable
from typing import Any

import pytest

from worker.child.program import Answer, perform
from worker.jobs import shared_child


class Told(Answer):
    """Hands progress on to the job, as the worker does with what its child says."""

    def __init__(self, tell: Callable[[float, str, str], None]) -> None:
        super().__init__(io.StringIO())
        self.tell = tell

    def progress(self, fraction: float, phase: str, message: str) -> None:
        self.tell(fraction, phase, message)


@pytest.fixture(autouse=True)
def child_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have jobs of a module that imports this compute here."""

    def run(operation: str, request: str, tell: Any, check: Any) -> dict[str, Any]:
        check()
        return perform(operation, json.loads(request), Told(tell), threading.Event())

    monkeypatch.setattr(shared_child.child, "run", run)
