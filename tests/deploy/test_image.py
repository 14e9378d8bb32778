"""What the Dockerfiles promise, as far as it can be read from them."""

import fnmatch
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
STORE = ROOT / "deploy" / "store"


def last_stage(text: str) -> str:
    return text[text.rindex("\nFROM ") :]


@pytest.mark.parametrize("text", [DOCKERFILE, (STORE / "Dockerfile").read_text()], ids=["service", "store"])
def test_the_image_runs_as_somebody_else_than_root_and_is_watched(text: str) -> None:
    stage = last_stage(text)
    (user,) = re.findall(r"^USER (\d+):\d+$", stage, re.MULTILINE)
    assert int(user) >= 10001
    assert "HEALTHCHECK" in stage
    bases = re.findall(r"^FROM (\S+)", text, re.MULTILINE)
    assert all(":" in base and "latest" not in base for base in bases)


def test_the_service_image_has_no_build_tools_and_pinned_packages() -> None:
    stage = last_stage(DOCKERFILE)
    assert not re.search(r"pip |npm|apt-get|gcc|build-essential", stage)
    installs = re.findall(r"pip install [^\n]+", DOCKERFILE)
    assert len(installs) == 2
    assert all("--constraint constraints.txt" in install for install in installs)


def test_the_build_sees_what_it_copies_and_nothing_private() -> None:
    rules = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]
    assert rules[0] == "*"
    allowed = {rule[1:] for rule in rules if rule.startswith("!")}
    copied = re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)
    sources = {word.split("/")[0] for line in copied for word in line.split()[:-1]}
    assert sources == allowed
    for private in ("deploy", "data", ".git", ".venv", "imports"):
        assert not any(fnmatch.fnmatch(private, rule) for rule in allowed)
    packages = {path.split("*")[0] for path in _packages()}
    assert packages <= allowed


def _packages() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    found: list[str] = project["tool"]["setuptools"]["packages"]["find"]["include"]
    return found


def test_the_image_is_of_the_python_that_is_tested() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    least = project["project"]["requires-python"].removeprefix(">=")
    assert set(re.findall(r"FROM python:(\d+\.\d+)-slim", DOCKERFILE)) == {least}


def test_the_store_speaks_the_region_and_port_that_the_service_asks_for() -> None:
    store = tomllib.loads((STORE / "garage.toml").read_text())
    compose = (ROOT / "docker-compose.yml").read_text()
    assert f"EIGENLABEL_STORAGE_REGION: {store['s3_api']['s3_region']}\n" in compose
    assert store["s3_api"]["api_bind_addr"] == "0.0.0.0:3900"
    assert "http://store:3900" in compose
    assert store["rpc_bind_addr"].startswith("127.0.0.1:"), "only the S3 interface is reachable"
