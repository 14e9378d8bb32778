"""Stands in for `worker/child.py` in tests: same protocol, no mathematics, and it misbehaves on request."""

import json
import os
import signal
import sys
import time
from typing import Any


def say(**message: Any) -> None:
    """Answer one line."""
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


for line in sys.stdin:
    job = json.loads(line)
    request = job["request"]
    for fraction in request.get("progress", []):
        say(progress=fraction, phase="embedding", message="images")
    match request.get("do"):
        case "die":
            os.kill(os.getpid(), signal.SIGKILL)
        case "sleep":
            time.sleep(600)
        case "refuse":
            say(error="the archive is empty", retry=False)
            continue
        case "run out of memory":
            say(error="OutOfMemoryError: 40 GiB", retry=True)
            continue
        case "grow":
            ballast = b"x" * request["bytes"]
    say(result={"pid": os.getpid(), "operation": job["operation"]})
