"""The queues that jobs wait in; a worker process serves one of them."""

from typing import Literal, get_args

QueueName = Literal["gpu", "cpu", "pretrain"]
QUEUES: tuple[QueueName, ...] = get_args(QueueName)
