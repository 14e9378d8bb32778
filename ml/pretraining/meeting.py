"""How processes that train one model together meet: started by torchrun, or by the first of them.

On a machine with several GPUs the process that was asked starts one more for each further GPU, unless
torchrun has started all of them. The first decodes the images; the others wait for it and read what it kept.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

import torch
from torch.distributed import TCPStore  # type: ignore[attr-defined]  # not in its __all__
from torch.distributed.distributed_c10d import PrefixStore, Store
from torch.distributed.rendezvous import rendezvous

from ml.errors import UnusableInputError
from ml.messages import PretrainRequest
from ml.pretraining.methods import method_of
from ml.pretraining.world import ALONE, World
from ml.runtime import available_cores

DECODED = "decoded"
PATIENCE = timedelta(days=7)
HOST = "127.0.0.1"
SECONDS_TO_END = 30.0


def processes_for(request: PretrainRequest) -> int:
    """Return how many processes train: as wished, else one a GPU, as far as a batch can be shared evenly."""
    if not method_of(request.config).parallel:
        return 1
    wished = request.processes or torch.cuda.device_count() or 1
    return next(count for count in range(wished, 0, -1) if request.config.batch_size % count == 0)


def started_by_torchrun() -> bool:
    """Return whether this process is one of several that torchrun has started."""
    return int(os.environ.get("WORLD_SIZE", "1")) > 1 and "RANK" in os.environ


def require_shares(request: PretrainRequest, processes: int) -> None:
    """Raise UnusableInputError where so many `processes` cannot train together."""
    config = request.config
    if not method_of(config).parallel:
        raise UnusableInputError(f"{config.method} trains in one process, not in {processes:,}")
    if config.batch_size % processes:
        raise UnusableInputError(
            f"a batch of {config.batch_size:,} has no equal parts for {processes:,} processes"
        )


@contextmanager
def meeting(request: PretrainRequest) -> Iterator[tuple[World, Store | None]]:
    """Yield this process's place and the store by which the processes meet, None for one alone.

    Leaving it, all further processes have ended, or are ended where something went wrong.
    """
    if started_by_torchrun():
        store, rank, size = next(iter(rendezvous("env://", timeout=PATIENCE)))
        use_gpu(int(os.environ.get("LOCAL_RANK", rank)))
        require_shares(request, size)
        yield World(rank, size), store
        return
    size = processes_for(request)
    if size == 1:
        yield ALONE, None
        return
    store = TCPStore(HOST, 0, size, is_master=True, wait_for_workers=False, timeout=PATIENCE)
    use_gpu(0)
    followers = [follower(request, rank, size, store.port) for rank in range(1, size)]
    try:
        yield World(0, size), store
        for process in followers:
            process.wait(SECONDS_TO_END)
    finally:
        for process in followers:
            process.kill()
            process.wait()


def follower(request: PretrainRequest, rank: int, size: int, port: int) -> subprocess.Popen[bytes]:
    """Start process `rank` of `size`; it ends with this one, whose end closes its standard input."""
    threads = str(max(1, available_cores() // size))
    process = subprocess.Popen(  # noqa: S603  (this interpreter, a module of ours and numbers)
        [sys.executable, "-m", "ml.pretraining.follower", str(rank), str(size), str(port)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        env=os.environ | {"OMP_NUM_THREADS": threads},
    )
    assert process.stdin is not None
    with suppress(BrokenPipeError):  # it has ended already: the meeting will say so
        process.stdin.write(request.model_dump_json().encode() + b"\n")
        process.stdin.flush()
    return process


def use_gpu(number: int) -> None:
    """Have this process compute on the GPU with that number, where there is one."""
    if torch.cuda.is_available():
        torch.cuda.set_device(number)


def await_images(world: World, store: Store | None) -> None:
    """Wait until the first process has decoded the images; nothing to wait for in the first itself."""
    if store is not None and not world.leads:
        store.wait([DECODED], PATIENCE)


def training_store(world: World, store: Store | None) -> Store | None:
    """Tell the others that the images are decoded; returns the store for the process group."""
    if store is None:
        return None
    if world.leads:
        store.set(DECODED, "yes")
    return PrefixStore("training", store)
