"""Device, threads, seeds and time: what every run sets up and records."""

import os
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

import numpy as np
import torch

from ml.version import VERSION


def available_cores() -> int:
    """Return how many cores this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def computing_threads() -> int:
    """Return with how many threads torch computes: OMP_NUM_THREADS where it is set, else one a core."""
    wish = os.environ.get("OMP_NUM_THREADS", "")
    return int(wish) if wish.isdecimal() and int(wish) else available_cores()


def choose_device() -> torch.device:
    """Return the first CUDA device, or the CPU with `computing_threads()` threads."""
    if torch.cuda.is_available():
        torch.set_float32_matmul_precision("high")  # TF32 in what is not computed in bfloat16
        torch.backends.cudnn.allow_tf32 = True
        return torch.device("cuda")
    if torch.get_num_threads() != computing_threads():
        torch.set_num_threads(computing_threads())
    return torch.device("cpu")


def mixed_precision(device: torch.device) -> AbstractContextManager[object]:
    """Return a context in which networks on a GPU compute in bfloat16; on a CPU it changes nothing."""
    return torch.autocast("cuda", torch.bfloat16) if device.type == "cuda" else nullcontext()


def device_name(device: torch.device) -> str:
    """Return a name for reports, such as "cpu (2 threads)"."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    return f"cpu ({torch.get_num_threads()} threads)"


def seed_everything(seed: int) -> None:
    """Seed torch and NumPy's global generators; code of our own uses generators of its own.

    The number of threads, by which sums are rounded, is settled too: a process that has found all features in
    a cache shall compute what one does that has embedded them.
    """
    choose_device()
    torch.manual_seed(seed)
    np.random.seed(seed % 2**32)


def run_record(seed: int, device: torch.device) -> dict[str, object]:
    """Return what every run writes down: seed, code version, torch version and device."""
    return {
        "seed": seed,
        "code_version": VERSION,
        "torch": str(torch.__version__),
        "device": device_name(device),
    }


class PhaseTimer:
    """Wall-clock seconds per named phase; a phase entered twice adds up."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Add the time spent inside to `name`."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start
