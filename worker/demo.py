"""The demo project: handwritten digits with ten categories whose shortcuts are the digit keys."""

from app.encoders.schemas import NewEncoder
from app.images.schemas import DatasetImport, NewImport
from worker.store.projects import create_project, has_project

NAME = "Handwritten digits"
SOURCE = DatasetImport(kind="dataset", name="mnist-5000")
IMPORTS = [
    NewImport(source=SOURCE, split="pool"),
    NewImport(source=SOURCE, split="test", labels="truth"),
]
ENCODER = NewEncoder(name="EfficientNet-Lite0 (ImageNet)")


def seed() -> bool:
    """Make the demo project and queue its jobs; returns False where it is there already."""
    if has_project(NAME):
        return False
    create_project(NAME, list("0123456789"), IMPORTS, ENCODER)
    return True
