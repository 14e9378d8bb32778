"""The application behind a real socket, for what a test client cannot show."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from app.core.connections import BoundedConnection
from app.main import create_app


@contextmanager
def serving(connections: type[BoundedConnection] = BoundedConnection) -> Iterator[int]:
    """Serve the application of this process's settings on a free port of this machine; yield the port."""
    config = uvicorn.Config(
        create_app(),
        port=0,
        http=connections,
        log_level="warning",
        proxy_headers=False,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(10)
        assert not thread.is_alive()
