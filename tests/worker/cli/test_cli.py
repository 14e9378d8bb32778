"""The command line: what it makes works, and bad input is one line and status 2."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from tests.worker.conftest import Run
from worker.service.addresses import Listening


def test_a_user_and_a_token_made_here_work_over_http(run: Run, anonymous: TestClient) -> None:
    assert run("user", "create", "olga", "--admin", stdin="a long password\n")[0] == 0
    status, token, _errors = run("token", "create", "olga")
    assert status == 0
    me = anonymous.get("/api/v1/me", headers={"Authorization": f"Bearer {token.strip()}"})
    assert (me.json()["name"], me.json()["role"]) == ("olga", "admin")
    signed_in = {"username": "olga", "password": "a long password"}
    assert anonymous.post("/api/v1/sessions", json=signed_in).is_success


def test_a_sign_in_link_is_printed_alone_and_works(run: Run, anonymous: TestClient) -> None:
    run("user", "create", "olga", stdin="a long password\n")
    status, link, _errors = run("sign-in-link", "olga", "--url", "http://labels.example:8500/")
    assert status == 0
    assert link.startswith("http://labels.example:8500/sign-in/")
    secret = link.strip().rsplit("/", 1)[1]
    assert anonymous.post(f"/api/v1/sign-in-links/{secret}", json={}).is_success


@pytest.mark.parametrize(
    ("words", "stdin", "reason"),
    [
        (["sign-in-link", "nobody"], "", "There is no such user."),
        (["token", "create", "nobody"], "", "There is no such user."),
        (["user", "create", "olga"], "short\n", "at least 8 characters"),
        (["user", "create", "<b>"], "a long password\n", "name: String should match pattern"),
        (["serve", "--port", "70000"], "", "less than or equal to 65535"),
        (["serve", "--frobnicate"], "", "No such option"),
        (["worker", "--queues", "gpu,tpu"], "", "There is no queue 'tpu'"),
        (["migrate", "--data", "/proc/nowhere"], "", "The data directory /proc/nowhere cannot be made"),
    ],
)
def test_bad_input_is_one_line_on_stderr(
    run: Run, engine: Engine, words: list[str], stdin: str, reason: str
) -> None:
    status, printed, errors = run(*words, stdin=stdin)
    assert (status, printed) == (2, "")
    assert errors.startswith("eigenlabel: ")
    assert errors.count("\n") == 1
    assert reason in errors


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("EIGENLABEL_ALLOWED_HOSTS", "http://labels.example"),
        ("EIGENLABEL_IMPORT_ROOTS", '["/srv"'),
        ("EIGENLABEL_TRUSTED_PROXIES", "proxy"),
        ("EIGENLABEL_PUBLIC_URL", "labels.example"),
        ("EIGENLABEL_ROOT_PATH", "labels"),
        ("EIGENLABEL_SESSION_HOURS", "a day"),
        ("EIGENLABEL_STORAGE_URL", "https://bucket"),
        ("EIGENLABEL_STORAGE_SECRET_KEY", "alone"),
    ],
)
def test_a_wrong_setting_is_one_line_that_names_the_variable(
    run: Run, engine: Engine, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    status, printed, errors = run("serve", "--port", "1")
    assert (status, printed, errors.count("\n")) == (2, "", 1)
    assert variable in errors


def test_a_sign_in_link_leads_to_where_the_service_was_started(
    run: Run, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("user", "create", "olga", stdin="a long password\n")
    assert run("sign-in-link", "olga")[1].startswith("http://127.0.0.1:8400/sign-in/")
    Listening("127.0.0.1", 9321).remember()
    assert run("sign-in-link", "olga")[1].startswith("http://127.0.0.1:9321/sign-in/")
    monkeypatch.setenv("EIGENLABEL_PUBLIC_URL", "https://tools.example/labels")
    assert run("sign-in-link", "olga")[1].startswith("https://tools.example/labels/sign-in/")


def test_without_a_command_there_is_help_and_nothing_else(run: Run, engine: Engine) -> None:
    status, printed, errors = run()
    assert status == 2
    assert "sign-in-link" in printed
    assert errors == ""


def test_a_taken_name_and_a_taken_port_are_told(run: Run, engine: Engine) -> None:
    run("user", "create", "olga", stdin="a long password\n")
    assert "There is a user called olga already." in run("user", "create", "olga", stdin="another one\n")[2]
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        status, _printed, errors = run("serve", "--port", str(port))
    assert status == 2
    assert f"Cannot listen on 127.0.0.1 port {port}: Address already in use. Try --port." in errors


def test_a_database_that_was_never_migrated_is_told_in_one_line(run: Run, data_directory: Path) -> None:
    status, _printed, errors = run("token", "create", "olga")
    assert (status, errors.count("\n")) == (2, 1)
    assert "eigenlabel migrate" in errors
    assert run("migrate")[0] == 0
    assert "There is no such user." in run("token", "create", "olga")[2]


def test_an_address_that_is_no_database_is_one_line(tmp_path: Path) -> None:
    environment = os.environ | {
        "EIGENLABEL_DATABASE_URL": "nonsense:secret",
        "EIGENLABEL_DATA": str(tmp_path),
    }
    command = [sys.executable, "-m", "worker.cli", "migrate"]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    assert ran.stderr.strip().splitlines()[-1].startswith("eigenlabel: EIGENLABEL_DATABASE_URL is not")
    assert "secret" not in ran.stderr
