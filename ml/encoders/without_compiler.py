"""Importing timm without torch's compiler, which nothing here uses and which takes a second to import.

torchvision, which timm imports, asks the compiler for one function, for operators of detection; timm marks
two functions as not to be compiled. During the import both are answered without it. Whatever needs the
compiler later imports it then.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import torch

COMPILER = "torch._dynamo"
UTILITIES = f"{COMPILER}.utils"


def is_compile_supported(device_type: str) -> bool:
    """Return what torch's own function of this name returns."""
    from torch._dynamo.utils import is_compile_supported as really  # noqa: PLC0415  (imports the compiler)

    return bool(really(device_type))


def _leave_as_it_is(function: Callable[..., Any] | None = None, *_: Any, **__: Any) -> Any:
    """Stand in for the decorator `torch.compiler.disable`, with or without arguments of its own."""
    return function if function is not None else _leave_as_it_is


@contextmanager
def without_compiler() -> Iterator[None]:
    """Keep the imports of the block from importing torch's compiler, where it is not there already."""
    if COMPILER in sys.modules:
        yield
        return
    stand_in = ModuleType(UTILITIES)
    stand_in.is_compile_supported = is_compile_supported  # type: ignore[attr-defined]
    disable = torch.compiler.disable
    sys.modules[UTILITIES] = stand_in
    torch.compiler.disable = _leave_as_it_is  # type: ignore[assignment]
    try:
        yield
    finally:
        torch.compiler.disable = disable
        if sys.modules.get(UTILITIES) is stand_in:
            del sys.modules[UTILITIES]
