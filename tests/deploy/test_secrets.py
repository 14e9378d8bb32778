"""Secrets of an installation: made once, complete, and asked for by name where one is missing."""

import os
import subprocess
from pathlib import Path

import pytest
import yaml
from sqlalchemy import make_url

ROOT = Path(__file__).parents[2]
START = ROOT / "deploy" / "store" / "start.sh"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make(tmp_path / "secrets")
    return tmp_path / "secrets"


def make(folder: Path) -> str:
    command = [str(ROOT / "deploy" / "make_secrets.sh"), str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


def test_all_that_compose_reads_is_made(folder: Path) -> None:
    wanted = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["secrets"]
    made = contents(folder)
    assert set(made) == set(wanted)
    assert len(set(made.values())) == len(made)
    url = make_url(made["database_url"].strip())
    assert (url.host, url.username, url.password) == (
        "database",
        "eigenlabel",
        made["database_password"].strip(),
    )
    assert made["queue_password"].strip() in made["broker_url"]
    assert folder.stat().st_mode & 0o777 == 0o700


def test_nothing_is_ever_overwritten(folder: Path) -> None:
    before = contents(folder)
    assert "made" not in make(folder)
    assert contents(folder) == before
    (folder / "queue_password").write_text("mine\n")
    (folder / "broker_url").unlink()
    assert make(folder).count("made") == 1
    assert contents(folder) == before | {
        "queue_password": "mine\n",
        "broker_url": "redis://:mine@queue:6379/0\n",
    }


def start_store(folder: Path, tmp_path: Path) -> "subprocess.CompletedProcess[str]":
    """Run the store's start script with a program called `garage` that says what it was given."""
    program = tmp_path / "bin" / "garage"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\necho "$@"; env | grep ^GARAGE_ | sort\n')
    program.chmod(0o755)
    path = f"{program.parent}:{os.environ['PATH']}"
    environment = {"PATH": path, "SECRETS_DIRECTORY": str(folder)}
    command = ["sh", str(START), "server", "--single-node"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_the_store_gets_its_key_from_the_files(folder: Path, tmp_path: Path) -> None:
    ran = start_store(folder, tmp_path)
    made = contents(folder)
    assert ran.stdout.splitlines() == [
        "server --single-node",
        f"GARAGE_DEFAULT_ACCESS_KEY={made['storage_access_key'].strip()}",
        "GARAGE_DEFAULT_BUCKET=eigenlabel",
        f"GARAGE_DEFAULT_SECRET_KEY={made['storage_secret_key'].strip()}",
        f"GARAGE_RPC_SECRET={made['storage_rpc_secret'].strip()}",
    ]


@pytest.mark.parametrize("content", [None, ""])
def test_the_store_does_not_start_without_one(folder: Path, tmp_path: Path, content: str | None) -> None:
    (folder / "storage_secret_key").unlink()
    if content is not None:
        (folder / "storage_secret_key").write_text(content)
    ran = start_store(folder, tmp_path)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "storage_secret_key is missing or empty" in ran.stderr
