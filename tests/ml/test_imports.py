"""What is slow to import is imported only where it is needed."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        ("ml.config", ["torch", "numpy"]),
        ("ml.messages", ["torch", "numpy"]),
        ("ml.certificate.statement", ["torch", "scipy"]),
        ("ml.step.pipeline", ["timm", "torchvision", "sklearn"]),
        ("ml.pretraining.sources", ["timm", "torchvision"]),
        ("ml.encoders.networks", ["torch._dynamo", "sympy"]),
        ("ml.lab.cli", ["torch", "matplotlib"]),
    ],
)
def test_module_does_without(module: str, absent: list[str]) -> None:
    program = f"import sys, {module}; print([name for name in {absent} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_waiting_threads_sleep_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    program = "import ml, os; print(os.environ['OMP_WAIT_POLICY'])"

    def policy() -> str:
        found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        return found.stdout.strip()

    monkeypatch.delenv("OMP_WAIT_POLICY", raising=False)
    assert policy() == "PASSIVE"
    monkeypatch.setenv("OMP_WAIT_POLICY", "ACTIVE")
    assert policy() == "ACTIVE"


def test_the_compiler_of_torch_works_where_it_was_kept_out() -> None:
    program = (
        "import ml.encoders.networks, sys, torch; assert 'torch._dynamo' not in sys.modules\n"
        "import torch._dynamo.utils as utilities\n"
        "operators = sys.modules['torchvision.ops.roi_align']\n"
        "assert operators.is_compile_supported('cpu') == utilities.is_compile_supported('cpu')\n"
        "assert torch.compile(lambda x: x + 1, backend='eager')(torch.ones(1)).item() == 2"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=120)
