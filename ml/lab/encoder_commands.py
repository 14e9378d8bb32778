"""`eigenlab embed`, `knn`, `clusters` and `project`: what an encoder makes of a collection."""

from pathlib import Path
from typing import Annotated

import typer

from ml.lab.options import (
    BUNDLED_NAME,
    DEFAULT_CACHE,
    Cache,
    EncoderName,
    ImageSize,
    Location,
    progress_bar,
    seed_numbers,
)


def embed(
    pool: Location,
    encoder: EncoderName = BUNDLED_NAME,
    image_size: ImageSize = None,
    cache: Cache = DEFAULT_CACHE,
) -> None:
    """Compute the features of a collection, and say how fast that went."""
    from ml.encoders.embed import embed_collection  # noqa: PLC0415  (help and tables need no torch)
    from ml.lab.collections import read_collection  # noqa: PLC0415
    from ml.lab.encoders import encoder_named  # noqa: PLC0415

    images = read_collection(pool, "pool", cache).images
    with progress_bar("embedding") as progress:
        embedding = embed_collection(
            encoder_named(encoder, image_size), images, [], cache, progress
        ).embedding
    speed = f", {embedding.images_per_second:,.0f} a second" if embedding.images_per_second else ""
    typer.echo(f"{len(images):,} images at {embedding.image_size} px, {embedding.computed:,} computed{speed}")


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


def clusters(
    *,
    pool: Location,
    encoder: EncoderName = BUNDLED_NAME,
    image_size: ImageSize = None,
    count: Annotated[
        int | None, typer.Option("--clusters", min=1, help="Left out: as many as there are classes.")
    ] = None,
    seeds: Annotated[str, typer.Option(help="One k-means is run with each.")] = "0,1,2",
    cache: Cache = DEFAULT_CACHE,
) -> None:
    """Print how well k-means finds the classes: per cent, mean ± standard deviation over seeds."""
    from ml.lab.clusters import clustering_table  # noqa: PLC0415  (help and tables need no torch)
    from ml.lab.features import labelled_features  # noqa: PLC0415

    chosen = seed_numbers(seeds)
    with progress_bar("embedding") as progress:
        found = labelled_features(pool, encoder, image_size, cache, progress)
    number = count or len(found.categories)
    typer.echo(f"{found.name}: {len(found.truth):,} images, {number} clusters, {len(chosen)} seeds\n")
    typer.echo(clustering_table(found.features, found.truth, number, chosen))


def project(
    *,
    pool: Location,
    out: Annotated[Path, typer.Option(help="The PNG to write.")],
    encoder: EncoderName = BUNDLED_NAME,
    image_size: ImageSize = None,
    seed: Annotated[int, typer.Option()] = 0,
    cache: Cache = DEFAULT_CACHE,
) -> None:
    """Draw the features of a pool (up to 10,000 images of it) by t-SNE, a colour a class.

    Needs matplotlib and openTSNE.
    """
    from ml.lab.features import labelled_features  # noqa: PLC0415  (help and tables need no torch)
    from ml.lab.scatter import draw_projection  # noqa: PLC0415

    with progress_bar("embedding") as progress:
        found = labelled_features(pool, encoder, image_size, cache, progress)
    drawn = draw_projection(found, seed, out)
    typer.echo(f"{drawn:,} of {len(found.truth):,} images: {out}")
