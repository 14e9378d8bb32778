"""What `eigenlabel serve` starts: `python -m` this, with `PARENT api HOST PORT` or `PARENT worker QUEUE`."""

import gc
import sys

from worker.processes import die_with_parent

STREAM_GRACE_SECONDS = 2
COLLECT_AFTER = (5_000, 20, 50)


def wait_to_begin() -> None:
    """Return when the parent says so; where the parent has gone, this process ends."""
    if not sys.stdin.readline():
        sys.exit()


def serve_api(host: str, port: int) -> None:
    """Serve the HTTP API and the built frontend until told to stop."""
    import uvicorn  # noqa: PLC0415  (each process imports only what it runs)

    from app.core.config import get_settings  # noqa: PLC0415
    from app.core.connections import connections_of  # noqa: PLC0415
    from app.main import create_app  # noqa: PLC0415

    application = create_app()
    leave_the_heap_alone()
    wait_to_begin()
    uvicorn.run(
        application,
        host=host,
        port=port,
        http=connections_of(get_settings().max_connections),
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,  # the application reads them itself (app/core/forwarded.py)
        timeout_graceful_shutdown=STREAM_GRACE_SECONDS,
    )


def leave_the_heap_alone() -> None:
    """Keep what is loaded by now out of garbage collections, and collect less often.

    The application's half a million objects live as long as the process; going through them again and again
    held up one request in twenty by a tenth of a second (docs/benchmarks.md).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


def serve_queue(queue: str) -> None:
    """Run the jobs of a queue until told to stop."""
    from worker.consumer.celery_app import serve  # noqa: PLC0415

    wait_to_begin()
    serve(queue)


def main(arguments: list[str]) -> None:
    """Become one of the service's processes."""
    parent, role, *rest = arguments
    die_with_parent(int(parent))
    if role == "api":
        serve_api(rest[0], int(rest[1]))
    else:
        serve_queue(rest[0])


if __name__ == "__main__":
    main(sys.argv[1:])
