"""`eigenlab pretrain`: where images come from, and a run that can be stopped and called again."""

from pathlib import Path

from pydantic import TypeAdapter

from ml.config import DatasetSource, FolderSource, PretrainConfig, TorchvisionSource, ZipSource
from ml.datasets.locations import Use, dataset_at, is_dataset
from ml.encoders.method_file import NAME, method_file_of
from ml.errors import UnusableInputError
from ml.images.dataset import ARCHIVE_SEPARATOR
from ml.messages import Checkpoint, EncoderFile, FilesSource, ImageSource, PretrainPoint, PretrainRequest
from ml.pretraining.classes import class_names
from ml.pretraining.pretrain import pretrain
from ml.pretraining.sources import PathImages, open_source
from ml.progress import Progress

TORCHVISION = "torchvision:"
DATASETS = ("digits-8x8", "mnist-5000")
CURVE = "curve.jsonl"


def source_at(location: str, cache: Path, use: Use = "source") -> ImageSource:
    """Return the images at `location`.

    It is DIR, file.zip::FOLDER, digits-8x8, mnist-5000, torchvision:NAME or dataset:NAME, whose parts are
    those of `use`.
    """
    if is_dataset(location):
        entries = dataset_at(location).entries(use, cache)
        return FilesSource(paths=[path for _, path in entries], classes=[name for name, _ in entries])
    archive, separator, folder = location.partition(ARCHIVE_SEPARATOR)
    if location in DATASETS:
        return TypeAdapter(DatasetSource).validate_python({"name": location})
    if location.startswith(TORCHVISION):
        name = location.removeprefix(TORCHVISION)
        return TypeAdapter(TorchvisionSource).validate_python({"name": name})
    if separator or archive.lower().endswith(".zip"):
        return ZipSource(path=archive, folder=folder)
    return FolderSource(path=location)


def target_at(location: str, cache: Path) -> FilesSource:
    """Return the images at `location`, which have to be files, with the classes that their folders name."""
    source = source_at(location, cache, "pool")
    images = open_source(source, cache)
    if not isinstance(images, PathImages):
        raise UnusableInputError("the target has to be a folder, a zip, digits or dataset:NAME")
    return FilesSource(paths=list(images.paths), classes=class_names(source, images))


def state_beside(initial: EncoderFile | None) -> str | None:
    """Return the path of what is kept beside an encoder's file of its training, None where there is none."""
    if initial is None or initial.weights is None:
        return None
    weights = Path(initial.weights)
    places = (method_file_of(weights), weights.with_name(NAME))  # beside a renamed encoder it keeps its name
    return next((str(path) for path in places if path.is_file()), None)


def run(
    config: PretrainConfig,
    *,
    source: ImageSource | None,
    target: list[str],
    initial: EncoderFile | None,
    labelled: FilesSource | None = None,
    out: Path,
    cache: Path,
    progress: Progress,
    processes: int | None = None,
) -> dict[str, object]:
    """Run a pretraining in the directory `out`, from its newest checkpoint there; returns its details.

    `target` are the paths of images, `labelled` those to measure by. `out` gets `encoder.safetensors`, and
    `curve.jsonl` with a line a point.
    """
    out.mkdir(parents=True, exist_ok=True)
    checkpoints = sorted(out.glob("checkpoint-*.safetensors"), reverse=True)
    request = PretrainRequest(
        config=config,
        processes=processes,
        source=source,
        target=target,
        initial=initial,
        initial_state=state_beside(initial),
        labelled=labelled,
        checkpoints=[str(path) for path in checkpoints],
        cache_directory=cache,
        output_directory=out,
    )

    def report(report: PretrainPoint | Checkpoint) -> None:
        if isinstance(report, PretrainPoint):
            with (out / CURVE).open("a") as file:
                file.write(report.model_dump_json() + "\n")
            return
        for older in sorted(out.glob("checkpoint-*.safetensors"))[:-2]:
            older.unlink()

    details = pretrain(request, progress, report)
    if not details:  # a process that does not lead
        return details
    for path in out.glob("checkpoint-*.safetensors"):
        path.unlink()
    return details
