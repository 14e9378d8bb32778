"""The demo project: handwritten digits with ten categories whose shortcuts are the digit keys.

Labelling can begin on an encoder that is ready at once; one that learns these digits follows.
"""

from app.encoders.schemas import NewEncoder
from app.images.schemas import DatasetImport, NewImport
from app.sources.schemas import NewSource
from ml.config import Augmentation, DatasetSource, MocoV2Config
from worker.database.projects import create_project, has_project

NAME = "Handwritten digits"
DIGITS = DatasetImport(kind="dataset", name="mnist-5000")
IMPORTS = [
    NewImport(source=DIGITS, split="pool"),
    NewImport(source=DIGITS, split="test", labels="truth"),
]
ENCODER = NewEncoder(name="EfficientNet-Lite0 (ImageNet)")
SOURCE = NewSource(name="scikit-learn digits", source=DatasetSource(name="digits-8x8"))
DEMO_PRETRAINING = MocoV2Config(
    backbone="resnet_small",
    stem="small_image",
    image_size=28,
    batch_size=64,
    batch_norm_splits=1,
    epochs=100,
    learning_rate=0.5,
    key_momentum=0.99,
    temperature=0.1,
    queue_size=1024,
    augmentation=Augmentation(smallest_crop=0.4, greyscale=0, flip=0),
)
"""What the demo is pretrained with; its source is given when the project is made."""


def seed() -> bool:
    """Make the demo project and queue its jobs; returns False where it is there already."""
    if has_project(NAME):
        return False
    create_project(
        NAME,
        list("0123456789"),
        IMPORTS,
        ENCODER,
        source=SOURCE,
        pretraining=("TUP on the digits", DEMO_PRETRAINING),
    )
    return True
