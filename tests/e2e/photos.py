"""Real photos for the browser's tests, and a drop of them on a page."""

import zipfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator

TRASHNET = Path(__file__).parents[3] / "shared" / "data" / "trashnet" / "trashnet.zip"
PIECE = 300


def write_photos(folder: Path, count: int) -> Path:
    """Write `count` photos into `folder`, each called by what it shows, and return it: `glass-012.jpg`.

    They are TrashNet's where that lies beside the checkout, and else pieces of scikit-learn's two photos.
    """
    folder.mkdir(parents=True)
    if TRASHNET.is_file():
        _write_trashnet(folder, count)
    else:
        _write_pieces(folder, count)
    assert len(list(folder.iterdir())) == count
    return folder


def kind_of(filename: str) -> str:
    """Return what a photo shows, as its name says."""
    return filename.partition("-")[0]


def _write_trashnet(folder: Path, count: int) -> None:
    with zipfile.ZipFile(TRASHNET) as archive:
        names = [name for name in archive.namelist() if name.startswith("train/") and not name.endswith("/")]
        kinds = sorted({name.split("/")[-2] for name in names})
        by_kind = {kind: [name for name in names if name.split("/")[-2] == kind] for kind in kinds}
        for number in range(count):
            kind = kinds[number % len(kinds)]
            content = archive.read(by_kind[kind][number // len(kinds)])
            (folder / f"{kind}-{number:03}.jpg").write_bytes(content)


def _write_pieces(folder: Path, count: int) -> None:
    from sklearn.datasets import load_sample_images  # noqa: PLC0415  (takes a moment)

    for number in range(count):
        kind, photo = ("temple", "flower")[number % 2], load_sample_images().images[number % 2]
        height, width = photo.shape[:2]
        left, top = number * 11 % (width - PIECE), number * 5 % (height - PIECE)
        piece = Image.fromarray(photo[top : top + PIECE, left : left + PIECE])
        piece.save(folder / f"{kind}-{number:03}.jpg", quality=90)


def drop(target: Locator, *paths: Path) -> None:
    """Drop files and folders on a page, as from the desktop: the browser reads them itself."""
    box = target.bounding_box()
    assert box is not None
    at = {"x": box["x"] + box["width"] / 2, "y": box["y"] + 12}
    data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    session = target.page.context.new_cdp_session(target.page)
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send("Input.dispatchDragEvent", {"type": kind, **at, "data": data})
    session.detach()
