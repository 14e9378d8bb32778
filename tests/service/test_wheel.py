"""The wheel holds all that the service needs: it starts from another folder, without the repository."""

import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from ml.version import VERSION
from tests.service.service import Service, wait_until

REPOSITORY = Path(__file__).parents[2]
PACKAGES = ("app", "worker", "ml", "migrations")
PAGE = "<!doctype html><title>Built page</title>"


def pip(*words: str) -> None:
    """Run pip."""
    command = [sys.executable, "-m", "pip", *words, "--quiet", "--no-deps", "--disable-pip-version-check"]
    subprocess.run(command, check=True)


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """Return the folder where the wheel of this checkout is installed, with a built page of its own."""
    copy = tmp_path / "copy"
    for package in PACKAGES:
        ignored = shutil.ignore_patterns("__pycache__", "static")
        shutil.copytree(REPOSITORY / package, copy / package, ignore=ignored)
    for name in ("pyproject.toml", "README.md", "LICENSE", "NOTICE"):
        shutil.copy(REPOSITORY / name, copy)
    shutil.copytree(REPOSITORY / "LICENSES", copy / "LICENSES")
    (copy / "app" / "static").mkdir()
    (copy / "app" / "static" / "index.html").write_text(PAGE)
    pip("wheel", "--no-build-isolation", "--wheel-dir", str(tmp_path), str(copy))
    (wheel,) = tmp_path.glob("*.whl")
    assert wheel.name.startswith(f"eigenlabel-{VERSION}-")
    pip("install", "--target", str(tmp_path / "installed"), str(wheel))
    shutil.rmtree(copy)
    (licences,) = (tmp_path / "installed").glob("eigenlabel-*.dist-info/licenses")
    for name in ("LICENSE", "NOTICE", "LICENSES/inter.txt", "LICENSES/tailwindcss.txt"):
        assert (licences / name).read_text() == (REPOSITORY / name).read_text()
    return tmp_path / "installed"


@pytest.mark.slow
def test_the_installed_wheel_serves_from_another_folder(
    installed: Path, tmp_path: Path, digits: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(installed))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    script = f"import {', '.join(PACKAGES)}; print(*[m.__file__ for m in ({', '.join(PACKAGES)})])"
    found = subprocess.run(
        [sys.executable, "-c", script], cwd=elsewhere, capture_output=True, text=True, check=True
    )
    assert all(file.startswith(str(installed)) for file in found.stdout.split())
    service = Service(tmp_path / "data", digits)
    service.start(directory=elsewhere)
    try:
        assert httpx.get(f"{service.url}/").text.startswith("<!doctype html><title>Built page")
        assert service.client().get("/me").json()["name"] == "admin"
        wait_until(lambda: service.pids("worker.child"), 60)
    finally:
        assert service.stop() == 0
    assert service.pids() == []
