"""Stands in for `worker.child` in tests: its protocol, no mathematics, and it misbehaves on request."""

import json
import mmap
import os
import resource
import signal
import sys
import time
from pathlib import Path
from typing import Any

from worker.causes import cause_of
from worker.child.program import Answer

assert cause_of  # imported before memory is short


def say(**message: Any) -> None:
    """Answer one line."""
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


for line in sys.stdin:
    job = json.loads(line)
    request = job["request"]
    for fraction in request.get("progress", []):
        say(progress=fraction, phase="embedding", message="images")
    for step in range(request.get("reports", 0)):
        time.sleep(request["every"])
        if step % 2:
            say(checkpoint={"name": "c", "step": step, "sha256": "0"})
        else:
            names = ("epoch", "loss", "alignment", "uniformity", "learning_rate")
            rates = {"images_per_second": 1.0, "seconds_left": 1.0}
            say(point={"step": step, "steps": 9} | dict.fromkeys(names, 0.5) | rates)
    match request.get("do"):
        case "die":
            os.kill(os.getpid(), signal.SIGKILL)
        case "sleep":
            time.sleep(600)
        case "refuse":
            say(error="the archive is empty", cause="input")
            continue
        case "run out of memory":
            say(error="OutOfMemoryError: 40 GiB", cause="memory")
            continue
        case "grow":
            ballast = b"x" * request["bytes"]
        case "map":
            mapped = mmap.mmap(os.open(request["file"], os.O_RDONLY), 0, prot=mmap.PROT_READ)
            sum(mapped[:: mmap.PAGESIZE])
        case "exhaust":
            pages = int(Path("/proc/self/statm").read_text().split()[0])
            limit = pages * mmap.PAGESIZE + request["bytes"]
            resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
            try:
                held = [bytearray(1024**2) for _ in range(limit)]
            except MemoryError as error:
                Answer(sys.stdout).failure(error)
                continue
    say(result={"pid": os.getpid(), "operation": job["operation"]})
