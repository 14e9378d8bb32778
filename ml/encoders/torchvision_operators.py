"""Let `import torchvision` work on a CPU-only build of torch.

torchvision's Linux wheel is compiled against CUDA builds of torch. On a CPU-only torch its compiled operators
do not load, and the import then fails while registering shape functions for operators that do not exist.
Declaring the two schemas that it looks up is enough: datasets, models and transforms never call them.
"""

import importlib.util

import torch

SCHEMAS = {
    "nms": "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms": "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
}
_library: torch.library.Library | None = None


def operators_load() -> bool:
    """Return whether torchvision's compiled operators can be loaded by this build of torch."""
    specification = importlib.util.find_spec("torchvision")
    if specification is None or not specification.submodule_search_locations:
        return False
    library = importlib.machinery.PathFinder.find_spec("_C", list(specification.submodule_search_locations))
    if library is None or library.origin is None:
        return False
    try:
        torch.ops.load_library(library.origin)  # type: ignore[no-untyped-call]  # torch is untyped here
    except OSError:
        return False
    return True


def declare_missing() -> bool:
    """Declare the schemas unless the real operators load. Return whether that was needed.

    Must run before the first import of torchvision (or of timm, which imports it); repeating it does nothing.
    """
    global _library  # noqa: PLW0603  (the library must outlive this call, or torch forgets the schemas)
    if _library is not None:
        return True
    if operators_load():
        return False
    _library = torch.library.Library("torchvision", "DEF")  # type: ignore[no-untyped-call]  # untyped
    for schema in SCHEMAS.values():
        _library.define(schema)  # type: ignore[no-untyped-call]  # untyped
    return True
