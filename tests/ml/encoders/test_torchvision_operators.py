"""torchvision can be imported whichever build of torch is installed."""

import subprocess
import sys

PROGRAM = """
from ml.encoders import torchvision_operators
first = torchvision_operators.declare_missing()
assert torchvision_operators.declare_missing() == first
assert first != torchvision_operators.operators_load()
import torchvision.transforms.v2, torchvision.models
"""


def test_torchvision_imports_after_the_declarations() -> None:
    subprocess.run([sys.executable, "-c", PROGRAM], check=True, timeout=120)
