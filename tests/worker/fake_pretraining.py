"""Stands in for `worker.child` in tests of pretraining, one whose state is a chain of hashes.

It goes on from the newest checkpoint that it is given, so that an interrupted run can be compared byte for
byte with one that was not. `plan.json` in the cache directory says, run by run, how it misbehaves; what it
was asked is kept beside it.
"""

import hashlib
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue
from typing import Any


def say(**message: Any) -> None:
    """Answer one line."""
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


paused = threading.Event()


def jobs() -> Iterator[str]:
    """Yield what standard input asks for, but for the wish to pause, which is noticed at any time."""
    lines: SimpleQueue[str] = SimpleQueue()

    def follow() -> None:
        for line in sys.stdin:
            if json.loads(line)["operation"] == "pause":
                paused.set()
            else:
                lines.put(line)
        os._exit(0)

    threading.Thread(target=follow, daemon=True).start()
    while True:
        yield lines.get()


def next_plan(cache: Path) -> dict[str, Any]:
    """Return how this run is to misbehave, and leave the rest for the next ones."""
    file = cache / "plan.json"
    plans = json.loads(file.read_text()) if file.exists() else []
    file.write_text(json.dumps(plans[1:]))
    return dict(plans[0]) if plans else {}


def point(step: int, steps: int) -> dict[str, float]:
    """Return figures that depend on the step alone."""
    rates = {"learning_rate": 0.03, "images_per_second": 100.0, "seconds_left": float(steps - step)}
    return {"step": step, "steps": steps, "epoch": step / 10, "loss": 1 / step} | {
        "alignment": 0.5,
        "uniformity": -2.0,
        **rates,
    }


def pretrain(request: dict[str, Any]) -> dict[str, Any] | None:
    """Train for as many steps as there are epochs; returns the encoder's details, or None when paused."""
    config, output = request["config"], Path(request["output_directory"])
    plan = next_plan(Path(request["cache_directory"]))
    state: dict[str, Any] = {"step": 0, "chain": "start"}
    if request["checkpoints"]:
        state = json.loads(Path(request["checkpoints"][0]).read_text())
    while state["step"] < config["epochs"]:
        step = state["step"] + 1
        state = {"step": step, "chain": hashlib.sha256(f"{state['chain']}{step}".encode()).hexdigest()}
        say(point=point(step, config["epochs"]))
        say(progress=step / config["epochs"], phase="pretraining", message=f"step {step}")
        if step == plan.get("sleep_at"):
            (Path(request["cache_directory"]) / "asleep").touch()
            paused.wait(plan.get("sleep_seconds", 600))
        if step % config["checkpoint_steps"] == 0 or paused.is_set():
            content = json.dumps(state).encode()
            name = f"step-{step:02}"
            (output / name).write_bytes(content)
            say(
                checkpoint={
                    "name": name,
                    "step": step,
                    "sha256": hashlib.sha256(content).hexdigest(),
                }
            )
        if paused.is_set():
            time.sleep(plan.get("stubborn", 0))
            say(error="PausedError: ", cause="paused")
            return None
        if step == plan.get("die_at"):
            os.kill(os.getpid(), signal.SIGKILL)
    (output / "encoder.safetensors").write_text(state["chain"])
    (output / "method.safetensors").write_text("heads")
    figures: dict[str, Any] = {"images_per_second": 100.0, "loss": 0.1, "alignment": 0.5, "uniformity": -2.0}
    kept = {"name": "method.safetensors", "bytes": 5, "sha256": hashlib.sha256(b"heads").hexdigest()}
    figures["method_state"] = kept
    return {"sha256": state["chain"], "feature_dim": 64, "image_size": config["image_size"], **figures}


def answer(operation: str, request: dict[str, Any]) -> None:
    """Do one job."""
    if operation == "throughput":
        say(result={"images_per_second": 250.0, "device": "cpu"})
        return
    with (Path(request["cache_directory"]) / "asked.jsonl").open("a") as asked:
        asked.write(json.dumps(request) + "\n")
    if operation == "source":
        say(result={"images": 0 if request["source"].get("folder") == "empty" else 1797})
    elif (result := pretrain(request)) is not None:
        say(result=result)


for line in jobs():
    job = json.loads(line)
    answer(job["operation"], job["request"])
