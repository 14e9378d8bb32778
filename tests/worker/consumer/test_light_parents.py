"""The processes that answer people and claim jobs must not load the libraries that only the child needs."""

import subprocess
import sys

import pytest

HEAVY = ("torch", "torchvision", "faiss", "timm", "sklearn")
WITHOUT_ROUTES = ("fastapi", *HEAVY)


@pytest.mark.parametrize(
    "module",
    [
        "app.main",
        "worker.consumer.celery_app",
        "worker.cli.main",
        "worker.service.serve",
        "worker.service.launch",
    ],
)
def test_importing_it_loads_no_heavy_library(module: str) -> None:
    script = f"import sys, {module}; print(*[name for name in {HEAVY!r} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout.split() == []


@pytest.mark.parametrize("module", ["worker.database.accounts", "worker.service.serve"])
def test_commands_load_no_framework_for_requests(module: str) -> None:
    script = f"import sys, {module}; print(*[name for name in {WITHOUT_ROUTES!r} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout.split() == []
