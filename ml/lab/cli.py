"""`eigenlab`: the machine learning of eigenlabel without a server."""

import sys

import typer
from pydantic import ValidationError

from ml.errors import UnusableInputError
from ml.lab.calibration_command import calibration
from ml.lab.catalogue_command import list_encoders
from ml.lab.data_commands import data
from ml.lab.encoder_commands import clusters, embed, knn, project
from ml.lab.finish_command import finish
from ml.lab.forecast_command import forecast
from ml.lab.import_command import import_checkpoint
from ml.lab.options import errors, one_line
from ml.lab.pretrain_command import pretrain
from ml.lab.result_commands import pack, plot, table
from ml.lab.run_command import run
from ml.lab.simulate_command import simulate

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
for command in (
    pretrain,
    embed,
    knn,
    clusters,
    project,
    simulate,
    finish,
    calibration,
    forecast,
    run,
    table,
    plot,
    pack,
):
    app.command()(command)
app.add_typer(data, name="data")
encoder = typer.Typer(
    no_args_is_help=True, help="Encoders: which there are by name, and reading checkpoints of others."
)
encoder.command("list")(list_encoders)
encoder.command("import")(import_checkpoint)
app.add_typer(encoder, name="encoder")


def main() -> None:
    """Run the command line: input that cannot be used ends with one line and exit code 2."""
    try:
        app()
    except (UnusableInputError, ValidationError) as error:
        errors.print(one_line(error), style="red", highlight=False, markup=False, soft_wrap=True)
        sys.exit(2)
