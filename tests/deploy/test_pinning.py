"""`deploy/pin_images.sh` finds every base image and pins it in place; again, it brings them up to date."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = ("Dockerfile", "deploy/store/Dockerfile", "docker-compose.yml")
IMAGES = {"busybox", "dxflrs/garage", "node", "postgres", "python", "redis"}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of the files with the script, and a program called docker that answers every image."""
    for name in (*FILES, "deploy/pin_images.sh"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    program = tmp_path / "bin" / "docker"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\nprintf "sha256:%s\\n" "$(echo "$DIGESTS $6" | sha256sum | cut -c1-64)"\n')
    program.chmod(0o755)
    return tmp_path


def pinned(copy: Path, digests: str) -> dict[str, str]:
    """Run the script; returns the digest of each image that the files name, all of which have one."""
    environment = os.environ | {"PATH": f"{copy}/bin:{os.environ['PATH']}", "DIGESTS": digests}
    subprocess.run([copy / "deploy" / "pin_images.sh"], env=environment, check=True, capture_output=True)
    text = "".join((copy / name).read_text() for name in FILES)
    named = re.findall(
        r"(?:_IMAGE=|^FROM |image: )([a-z/]+):[\w.-]+@(sha256:[0-9a-f]{64})$", text, re.MULTILINE
    )
    named += re.findall(r"^FROM ([a-z/]+):[\w.-]+@(sha256:[0-9a-f]{64}) AS", text, re.MULTILINE)
    assert text.count("@sha256:") == len(named)
    return dict(named)


def test_every_base_image_is_pinned_once_and_again(copy: Path) -> None:
    first = pinned(copy, "first")
    assert set(first) == IMAGES
    assert len(set(first.values())) == len(IMAGES)
    second = pinned(copy, "second")
    assert set(second) == IMAGES
    assert not set(first.values()) & set(second.values())
