"""A process that trains with the one that started it: `python -m ml.pretraining.follower RANK SIZE PORT`.

It reads the request, a line of JSON, from its standard input, whose end is the end of the process that leads.
"""

import os
import sys
import threading

from torch.distributed import TCPStore  # type: ignore[attr-defined]  # not in its __all__

from ml.messages import PretrainRequest
from ml.pretraining.meeting import HOST, PATIENCE, use_gpu
from ml.pretraining.pretrain import NOBODY, pretrain_in
from ml.pretraining.world import World


def end_with_the_leader() -> None:
    """End this process when its standard input does."""

    def follow() -> None:
        os.read(sys.stdin.fileno(), 1)  # not by the buffer, whose lock a thread must not hold at the end
        os._exit(1)

    threading.Thread(target=follow, name="stdin", daemon=True).start()


def main() -> None:
    """Train as the process that the arguments name."""
    rank, size, port = map(int, sys.argv[1:])
    request = PretrainRequest.model_validate_json(sys.stdin.buffer.readline())
    end_with_the_leader()
    use_gpu(rank)
    store = TCPStore(HOST, port, size, is_master=False, timeout=PATIENCE)
    pretrain_in(World(rank, size), store, request, NOBODY)


if __name__ == "__main__":
    main()
