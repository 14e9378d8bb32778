"""What the Dockerfiles promise, as far as it can be read from them."""

import fnmatch
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
STORE = ROOT / "deploy" / "store"


STAGES = set(re.findall(r"^FROM \S+ AS (\S+)$", DOCKERFILE, re.MULTILINE))


def stages(text: str) -> dict[str, str]:
    """Return the text of each stage of a Dockerfile by its name."""
    parts = re.split(r"^FROM \S+ AS (\S+)$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def bases_of(text: str) -> list[str]:
    """Return the images that a Dockerfile begins with, its arguments filled in."""
    arguments = dict(re.findall(r"^ARG (\w+)=(\S+)$", text, re.MULTILINE))
    named = re.findall(r"^FROM (\S+)", text, re.MULTILINE)
    return [re.sub(r"\$\{(\w+)\}", lambda found: arguments[found[1]], base) for base in named]


@pytest.mark.parametrize("text", [DOCKERFILE, (STORE / "Dockerfile").read_text()], ids=["service", "store"])
def test_the_image_runs_as_somebody_else_than_root_and_is_watched(text: str) -> None:
    stage = text[text.rindex("\nFROM ", 0, text.rindex("\nUSER ")) :]
    (user,) = re.findall(r"^USER (\d+):\d+$", stage, re.MULTILINE)
    assert int(user) >= 10001
    assert "HEALTHCHECK" in stage
    bases = [base for base in bases_of(text) if base not in STAGES]
    assert bases
    assert all(re.fullmatch(r"[\w./-]+:[\w.-]+(@sha256:[0-9a-f]{64})?", base) for base in bases)
    assert not any("latest" in base for base in bases)


def test_the_service_images_have_no_build_tools_and_pinned_packages() -> None:
    for name in ("runtime", "api", "worker"):
        assert not re.search(r"pip |npm|apt-get|gcc|build-essential", stages(DOCKERFILE)[name])
    script = (ROOT / "deploy" / "install_torch.sh").read_text()
    installs = re.findall(r"pip install (?!uv$)(?:[^\n]|(?<=\\)\n)+", DOCKERFILE + script, re.MULTILINE)
    assert len(installs) == 6
    assert all("--constraint constraints.txt" in install for install in installs)


def test_the_api_image_has_what_needs_no_torch() -> None:
    """What is large, and what only models need, is in the extra that workers have."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    names = {re.split(r"[^\w-]", each)[0] for each in project["dependencies"]}
    extra = {re.split(r"[^\w-]", each)[0] for each in project["optional-dependencies"]["worker"]}
    assert extra >= {"torch", "torchvision", "timm", "faiss-cpu", "scikit-learn"}
    assert not names & extra
    assert "worker]" not in stages(DOCKERFILE)["api-packages"]
    assert "worker]" in stages(DOCKERFILE)["worker-packages"]


def test_the_build_sees_what_it_copies_and_nothing_private() -> None:
    rules = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]
    assert rules[0] == "*"
    allowed = {rule[1:] for rule in rules if rule.startswith("!")}
    copied = re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)
    sources = {
        word if word in allowed else word.split("/")[0] for line in copied for word in line.split()[:-1]
    }
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
    assert set(re.findall(r"=python:(\d+\.\d+)-slim", DOCKERFILE)) == {least}


def test_the_store_speaks_the_region_and_port_that_the_service_asks_for() -> None:
    store = tomllib.loads((STORE / "garage.toml").read_text())
    compose = (ROOT / "docker-compose.yml").read_text()
    assert f"EIGENLABEL_STORAGE_REGION:-{store['s3_api']['s3_region']}}}" in compose
    assert store["s3_api"]["api_bind_addr"] == "0.0.0.0:3900"
    assert "http://store:3900" in compose
    assert store["rpc_bind_addr"].startswith("127.0.0.1:"), "only the S3 interface is reachable"
