"""`eigenlabel`: the service and its administration. Each command imports its own modules, to start fast."""

import os
import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.console import Console

from app.exports.formats import FORMATS, known_format
from worker.command_errors import InputError, exit_status

application = typer.Typer(
    help="Label an image collection with as few human labels as possible.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
users = typer.Typer(help="Users of this installation.", no_args_is_help=True)
tokens = typer.Typer(help="API tokens.", no_args_is_help=True)
application.add_typer(users, name="user")
application.add_typer(tokens, name="token")
console = Console(highlight=False)

Data = Annotated[
    Path | None, typer.Option("--data", help="Data directory (EIGENLABEL_DATA; ./data by default).")
]
Port = Annotated[int, typer.Option(min=1, max=65_535)]


def use_data(directory: Path | None) -> None:
    """Make `directory` the data directory of this process and of those that it starts; logs go to stderr.

    What they write from now on only this user can read: it has labels, images and the hashes of passwords.
    """
    os.umask(0o077)
    if directory is not None:
        os.environ["EIGENLABEL_DATA"] = str(directory.resolve())
    from app.core.config import get_settings  # noqa: PLC0415
    from app.core.logging import configure_logging  # noqa: PLC0415

    get_settings.cache_clear()
    configure_logging()


@application.command()
def serve(
    data: Data = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Port = 8400,
    workers: Annotated[int, typer.Option(min=1, max=16, help="Worker processes of the gpu queue.")] = 1,
    demo: Annotated[bool, typer.Option("--demo", help="Seed the demo project first.")] = False,
) -> None:
    """Run the whole service on this machine: API, workers and web pages."""
    use_data(data)
    from worker.service import serve as service  # noqa: PLC0415
    from worker.service.addresses import Listening  # noqa: PLC0415

    service.run(service.Options(Listening(host, port), workers, demo), console)


@application.command()
def api(
    data: Data = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Port = 8400,
) -> None:
    """Run the HTTP API and the web pages only; the database must be migrated."""
    use_data(data)
    from worker.service import serve as service  # noqa: PLC0415
    from worker.service.addresses import Listening  # noqa: PLC0415

    service.run_api(Listening(host, port))


@application.command()
def worker(
    data: Data = None,
    queues: Annotated[str, typer.Option(help="Queues to serve, separated by commas.")] = "gpu,cpu,pretrain",
) -> None:
    """Run workers only, one process a queue."""
    use_data(data)
    from worker.service import serve as service  # noqa: PLC0415

    service.run_workers(queues.split(","))


@application.command("worker-alive")
def worker_alive(
    data: Data = None,
    queues: Annotated[str, typer.Option(help="Queues, separated by commas.")] = "gpu,cpu,pretrain",
) -> None:
    """Succeed where the workers of these queues run on this machine and reach the database."""
    use_data(data)
    from worker.alive import is_alive  # noqa: PLC0415
    from worker.command_errors import InputError  # noqa: PLC0415
    from worker.database import schema  # noqa: PLC0415

    if not schema.is_ours():
        raise InputError(schema.FOREIGN)
    silent = [queue for queue in queues.split(",") if not is_alive(queue)]
    if silent:
        raise InputError(f"The worker of the queue {silent[0]!r} does not answer.")


@application.command()
def migrate(data: Data = None) -> None:
    """Bring the database to the newest schema."""
    use_data(data)
    from worker.service.serve import prepare  # noqa: PLC0415

    prepare()


@application.command()
def demo(data: Data = None) -> None:
    """Seed the demo project: 5,000 handwritten digits. Does nothing where it is there already."""
    use_data(data)
    from worker.service.demo import seed  # noqa: PLC0415
    from worker.service.serve import prepare  # noqa: PLC0415

    prepare()
    made = seed()
    console.print("The demo project is on its way." if made else "The demo project is there already.")


@application.command("sign-in-link")
def sign_in_link(
    name: str,
    data: Data = None,
    url: Annotated[
        str | None,
        typer.Option(help="Where the service is reached (EIGENLABEL_PUBLIC_URL, or where it was started)."),
    ] = None,
) -> None:
    """Print a link that signs NAME in, once, within 24 hours."""
    use_data(data)
    from worker.database.accounts import make_sign_in_link  # noqa: PLC0415
    from worker.service.addresses import told_url  # noqa: PLC0415

    print((url or told_url()).rstrip("/") + make_sign_in_link(name))  # noqa: T201  (plain, for pipes)


@application.command("import")
def import_images(
    project: str,
    path: Annotated[Path, typer.Argument(exists=True)],
    data: Data = None,
    split: Annotated[Literal["pool", "test"], typer.Option()] = "pool",
    labels: Annotated[
        Literal["ignore", "truth", "annotate"], typer.Option(help="What the folders' names mean.")
    ] = "ignore",
) -> None:
    """Import a folder or zip of images into PROJECT (a name or id)."""
    use_data(data)
    from worker.cli.transfer import import_path  # noqa: PLC0415

    result = import_path(project, path, split, labels)
    console.print("{created} created, {duplicates} duplicates, {rejected_total} rejected".format(**result))
    for each in result["rejected"]:
        console.print("  {path}: {reason}".format(**each), markup=False)
    if labels != "ignore":
        console.print("{labelled} labelled, {unlabelled_total} without their label".format(**result))
    for each in result["unlabelled"]:
        console.print("  {path}: {reason}".format(**each), markup=False)


def _known_format(name: str) -> str:
    try:
        return known_format(name)
    except ValueError as error:
        raise InputError(str(error)) from error


@application.command()
def export(
    project: str,
    data: Data = None,
    form: Annotated[
        str,
        typer.Option("--format", callback=_known_format, metavar="|".join(FORMATS), help="What to write."),
    ] = "csv",
    output: Annotated[Path | None, typer.Option(help="File to write; standard output by default.")] = None,
) -> None:
    """Write the labels and predictions of PROJECT (a name or id)."""
    use_data(data)
    from worker.cli.transfer import export_to  # noqa: PLC0415

    export_to(project, form, output)


@application.command()
def backup(
    destination: Annotated[Path, typer.Argument(help="Folder to make.")],
    data: Data = None,
    reuse: Annotated[
        Path | None, typer.Option(help="An earlier backup, on the same disk, to link unchanged blobs from.")
    ] = None,
) -> None:
    """Back up database and blobs, while everything runs. Status 1 where blobs are missing or damaged."""
    use_data(data)
    from worker.cli import backups  # noqa: PLC0415

    raise typer.Exit(backups.backup(destination, reuse, console))


@application.command()
def restore(
    source: Path,
    data: Data = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace what is there.")] = False,
) -> None:
    """Put a backup into an empty installation."""
    use_data(data)
    from worker.cli import backups  # noqa: PLC0415

    raise typer.Exit(backups.restore(source, console, overwrite=overwrite))


@application.command()
def verify(
    source: Annotated[Path | None, typer.Argument(help="A backup; this installation by default.")] = None,
    data: Data = None,
    quick: Annotated[bool, typer.Option("--quick", help="Look at sizes only; read no blob.")] = False,
) -> None:
    """Check this installation, or a backup. Status 1 where something is wrong, with a list of it."""
    use_data(data)
    from worker.cli import backups  # noqa: PLC0415

    raise typer.Exit(backups.verify(source, console, quick=quick))


@users.command("create")
def create_user(
    name: str, data: Data = None, admin: Annotated[bool, typer.Option("--admin")] = False
) -> None:
    """Make a user; the password, of at least 8 characters, is asked for or read from standard input."""
    use_data(data)
    from worker.database.accounts import create_user as create  # noqa: PLC0415

    prompt = typer.prompt if sys.stdin.isatty() else _read_line
    create(name, prompt("Password (at least 8 characters)", hide_input=True), admin=admin)


def _read_line(_prompt: str, **_options: Any) -> str:
    return sys.stdin.readline().rstrip("\n")


@tokens.command("create")
def create_token(name: str, data: Data = None) -> None:
    """Print a new API token of the user NAME; it is shown this once."""
    use_data(data)
    from worker.database.accounts import create_token as create  # noqa: PLC0415

    print(create(name))  # noqa: T201  (plain, for pipes)


def main() -> None:
    """Run the command line: bad input is one line on standard error and status 2."""
    sys.exit(exit_status(application))
