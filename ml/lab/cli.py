"""`eigenlab`: the machine learning of eigenlabel without a server."""

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer
from pydantic import ValidationError

from ml.config import AckmeansStrategy, FrozenFinetune, FullFinetune, RandomStrategy, RoundConfig
from ml.errors import UnusableInputError
from ml.lab.experiment import Experiment, ResultFile
from ml.lab.options import (
    BUNDLED_NAME,
    DEFAULT_CACHE,
    Cache,
    EncoderName,
    ImageSize,
    Location,
    Metric,
    Results,
    errors,
    numbers,
    progress_bar,
)
from ml.lab.pretrain_command import pretrain
from ml.lab.tables import markdown

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
app.command()(pretrain)


@app.command()
def simulate(
    *,
    pool: Location,
    test: Location,
    out: Annotated[Path, typer.Option(help="Result file; seeds that it holds are not run again.")],
    encoder: EncoderName = BUNDLED_NAME,
    image_size: ImageSize = None,
    strategy: Annotated[Literal["ackmeans", "random", "oracle"], typer.Option()] = "ackmeans",
    eigen_rule: Annotated[Literal["nearest", "densest"], typer.Option()] = "densest",
    schedule: Annotated[str, typer.Option(help="Labels per category at each step.")] = "1,1,1,1,1,1,1,1,1",
    finetune: Annotated[Literal["frozen", "full"], typer.Option()] = "frozen",
    epochs: Annotated[int, typer.Option(help="Epochs of a full finetune.")] = 60,
    seeds: Annotated[str, typer.Option(help="One round is run with each.")] = "0,1,2,3,4",
    cache: Cache = DEFAULT_CACHE,
) -> None:
    """Run rounds in which the truth answers, and write accuracy against labels spent."""
    from ml.lab.collections import read_collection  # noqa: PLC0415  (help and tables need no torch)
    from ml.lab.encoders import encoder_named  # noqa: PLC0415
    from ml.lab.simulate import simulate as simulate_round  # noqa: PLC0415

    config = RoundConfig(
        schedule=numbers(schedule, "--schedule"),
        strategy=AckmeansStrategy() if strategy == "ackmeans" else RandomStrategy(),
        eigen_rule=eigen_rule,
        finetune=FullFinetune(epochs=epochs) if finetune == "full" else FrozenFinetune(),
    )
    named = encoder_named(encoder, image_size)
    experiment = Experiment(
        pool=pool,
        test=test,
        encoder=named.spec,
        config=config,
        oracle=strategy == "oracle",
        weights=named.weights,
        weights_sha256=named.sha256,
    )
    pool_images, test_images = read_collection(pool, "pool", cache), read_collection(test, "test", cache)
    result = ResultFile.resume(out, pool_images.name, len(pool_images.categories), experiment)
    for seed in numbers(seeds, "--seeds"):
        if seed in {run.seed for run in result.runs}:
            continue
        with progress_bar(f"{pool_images.name}, {experiment.label}, seed {seed}") as progress:
            run = simulate_round(experiment, seed, pool_images, test_images, cache=cache, progress=progress)
        result.runs.append(run)
        result.save(out)
    typer.echo(markdown([result], [0, 1, 3, 9], "top1"))


@app.command()
def embed(
    pool: Location,
    encoder: EncoderName = BUNDLED_NAME,
    image_size: ImageSize = None,
    cache: Cache = DEFAULT_CACHE,
) -> None:
    """Compute the features of a collection, and say how fast that went."""
    from ml.backbone import open_encoder  # noqa: PLC0415  (help and tables need no torch)
    from ml.embed import choose_image_size, embed_images  # noqa: PLC0415
    from ml.lab.collections import read_collection  # noqa: PLC0415
    from ml.lab.encoders import encoder_named  # noqa: PLC0415

    collection = read_collection(pool, "pool", cache)
    opened = open_encoder(encoder_named(encoder, image_size), cache)
    size = choose_image_size(opened, image_size, collection.images)
    with progress_bar(collection.name) as progress:
        embedding = embed_images(opened, collection.images, size, cache, progress)
    speed = f", {embedding.images_per_second:,.0f} a second" if embedding.images_per_second else ""
    typer.echo(f"{len(collection.images):,} images at {size} px, {embedding.computed:,} computed{speed}")


@app.command()
def knn(
    *,
    pool: Location,
    test: Location,
    encoder: EncoderName = BUNDLED_NAME,
    image_size: ImageSize = None,
    neighbours: Annotated[int, typer.Option(min=1, help="Neighbours that vote.")] = 200,
    cache: Cache = DEFAULT_CACHE,
) -> None:
    """Print how many test images their nearest pool images name right: how good an encoder is, unlabelled."""
    from ml.lab.knn import knn_accuracy_of  # noqa: PLC0415  (help and tables need no torch)

    with progress_bar("embedding") as progress:
        share = knn_accuracy_of(
            encoder,
            image_size,
            pool=pool,
            test=test,
            neighbours=neighbours,
            cache=cache,
            progress=progress,
        )
    typer.echo(f"{100 * share:.1f} % of the test images by {neighbours} neighbours")


@app.command()
def table(
    results: Results,
    at: Annotated[str, typer.Option(help="Labels per category beyond the indicator.")] = "0,1,3,9",
    metric: Metric = "top1",
) -> None:
    """Print a markdown table: mean ± standard deviation in per cent (and the paired gain over random)."""
    loaded = [ResultFile.load(path) for path in results]
    typer.echo(markdown(loaded, numbers(at, "--at"), metric))


@app.command()
def plot(
    results: Results,
    out: Annotated[Path, typer.Option(help="The PNG to write.")],
    metric: Metric = "top1",
) -> None:
    """Draw accuracy against labels spent, one panel per collection (needs matplotlib)."""
    from ml.lab.plots import draw  # noqa: PLC0415  (matplotlib is an optional package)

    draw([ResultFile.load(path) for path in results], metric, out)


def main() -> None:
    """Run the command line: input that cannot be used ends with one line and exit code 2."""
    try:
        app()
    except (UnusableInputError, ValidationError) as error:
        errors.print(one_line(error), style="red", highlight=False, markup=False, soft_wrap=True)
        sys.exit(2)


def one_line(error: Exception) -> str:
    """Return what is wrong, in one line."""
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    return str(error)
