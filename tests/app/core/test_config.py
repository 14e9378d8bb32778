"""Settings, also from files: what is wrong is told in one line, and no secret with it."""

from pathlib import Path

import pytest
from pydantic import ValidationError
from pydantic_settings.exceptions import SettingsError

from app.core.config import Settings

SECRET = "planted-secret-0123456789"


def test_every_secret_can_come_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    values = {
        "DATABASE_URL": f"postgresql+psycopg://eigenlabel:{SECRET}@database/eigenlabel",
        "BROKER_URL": f"redis://:{SECRET}@queue:6379/0",
        "STORAGE_ACCESS_KEY": "access",
        "STORAGE_SECRET_KEY": SECRET,
        "ALLOWED_HOSTS": '["labels.example"]',
    }
    for name, value in values.items():
        (tmp_path / name).write_text(f"{value}\n")
        monkeypatch.setenv(f"EIGENLABEL_{name}_FILE", str(tmp_path / name))
    settings = Settings()
    assert settings.sqlalchemy_url == values["DATABASE_URL"]
    assert settings.celery_url == values["BROKER_URL"]
    assert settings.storage_access_key.get_secret_value() == "access"
    assert settings.storage_secret_key.get_secret_value() == SECRET
    assert settings.allowed_hosts == ["labels.example"]
    assert SECRET not in repr(settings.storage_secret_key)


@pytest.mark.parametrize(
    ("content", "reason"),
    [(None, "No such file"), ("", "is empty"), (" \n", "is empty"), (b"\xff\xfe\x00", "is not text")],
)
def test_a_missing_or_empty_secret_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | bytes | None, reason: str
) -> None:
    path = tmp_path / "secret"
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    monkeypatch.setenv("EIGENLABEL_STORAGE_SECRET_KEY_FILE", str(path))
    with pytest.raises(SettingsError) as wrong:
        Settings()
    assert "EIGENLABEL_STORAGE_SECRET_KEY_FILE" in str(wrong.value)
    assert reason in str(wrong.value)


def test_a_value_and_a_file_are_one_too_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EIGENLABEL_BROKER_URL", "redis://localhost")
    monkeypatch.setenv("EIGENLABEL_BROKER_URL_FILE", str(tmp_path))
    with pytest.raises(SettingsError, match="not both"):
        Settings()


@pytest.mark.parametrize(
    "variables",
    [
        {"STORAGE_URL": "https://bucket"},
        {"STORAGE_URL": "s3://"},
        {"STORAGE_URL": f"s3://user:{SECRET}@bucket"},
        {"STORAGE_ENDPOINT": "minio:9000"},
        {"STORAGE_ENDPOINT": "file:///etc"},
        {"STORAGE_ENDPOINT": f"http://user:{SECRET}@store"},
        {"STORAGE_SECRET_KEY": SECRET},
        {"STORAGE_CACHE_BYTES": "-1"},
    ],
)
def test_unusable_storage_settings_are_refused(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(f"EIGENLABEL_{name}", value)
    with pytest.raises(ValidationError) as wrong:
        Settings()
    assert SECRET not in str(wrong.value)


def test_a_list_in_a_file_that_is_broken_json_is_one_plain_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "roots").write_text('["/secret/place"')
    monkeypatch.setenv("EIGENLABEL_IMPORT_ROOTS_FILE", str(tmp_path / "roots"))
    with pytest.raises(ValidationError, match="as JSON") as caught:
        Settings()
    assert "/secret/place" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        ("labels.example", ["labels.example"]),
        (" Labels.example , 192.168.1.20,,[::1] ", ["labels.example", "192.168.1.20", "[::1]"]),
        ("[2001:db8::1]", ["[2001:db8::1]"]),
        ('["labels.example", "box"]', ["labels.example", "box"]),
        ("[]", []),
        ("", []),
        ("*", ["*"]),
    ],
)
def test_a_list_is_written_with_commas_or_as_json(
    monkeypatch: pytest.MonkeyPatch, text: str, hosts: list[str]
) -> None:
    monkeypatch.setenv("EIGENLABEL_ALLOWED_HOSTS", text)
    monkeypatch.setenv("EIGENLABEL_IMPORT_ROOTS", "/srv/photos, /srv/more photos")
    monkeypatch.setenv("EIGENLABEL_TRUSTED_PROXIES", "127.0.0.1,10.0.0.0/8")
    settings = Settings()
    assert settings.allowed_hosts == hosts
    assert settings.import_roots == [Path("/srv/photos"), Path("/srv/more photos")]
    assert settings.trusted_proxies == ["127.0.0.1", "10.0.0.0/8"]


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("ALLOWED_HOSTS", "http://labels.example:8400/x", "write labels.example"),
        ("ALLOWED_HOSTS", "labels.example:8400", "write labels.example"),
        ("ALLOWED_HOSTS", "::1", r"write \[::1\]"),
        ("ALLOWED_HOSTS", "labels.example other.example", "not the name of a host"),
        ("ALLOWED_HOSTS", "['labels.example']", "as JSON"),
        ("ALLOWED_HOSTS", '["labels.example"', "as JSON"),
        ("TRUSTED_PROXIES", "*", "not an address"),
        ("TRUSTED_PROXIES", "10.0.0.1/8", "not an address"),
        ("TRUSTED_PROXIES", "proxy.lan", "not an address"),
        ("PUBLIC_URL", "labels.example", "a public URL looks like"),
        ("PUBLIC_URL", "https://olga:secret@labels.example", "no credentials"),
        ("PUBLIC_URL", "https://labels.example:port", "Port"),
        ("PUBLIC_URL", "https://labels.example/a b", "root path"),
        ("ROOT_PATH", "labels", "root path"),
    ],
)
def test_a_wrong_value_is_refused_with_the_right_one(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, reason: str
) -> None:
    monkeypatch.setenv(f"EIGENLABEL_{name}", value)
    with pytest.raises(ValidationError, match=reason) as wrong:
        Settings()
    assert wrong.value.errors()[0]["loc"] == (name.lower(),)


def test_the_public_url_brings_the_root_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EIGENLABEL_PUBLIC_URL", "https://tools.example/labels/")
    assert Settings().root_path == "/labels"
    monkeypatch.setenv("EIGENLABEL_ROOT_PATH", "/labels/")
    assert Settings().public_url == "https://tools.example/labels"
    monkeypatch.setenv("EIGENLABEL_ROOT_PATH", "/other")
    with pytest.raises(ValidationError, match="EIGENLABEL_ROOT_PATH is /other"):
        Settings()
