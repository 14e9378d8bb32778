"""What the log says of the parts in use."""

from pathlib import Path

import pytest

from app.core import installation
from tests.conftest import clear_process_state

SECRET = "planted-secret-0123456789"


def test_the_parts_of_one_machine(data_directory: Path) -> None:
    assert installation.describe() == {
        "database": f"sqlite:///{data_directory}/eigenlabel.sqlite3",
        "queue": f"{data_directory}/queue",
        "storage": f"{data_directory}/blobs",
    }


def test_servers_are_named_without_secrets(data_directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "DATABASE_URL": f"postgresql+psycopg://eigenlabel:{SECRET}@database:5432/eigenlabel",
        "BROKER_URL": f"redis://:{SECRET}@queue:6379/0",
        "STORAGE_URL": "s3://bucket/prefix",
        "STORAGE_ENDPOINT": "http://store:3900/",
        "STORAGE_ACCESS_KEY": f"{SECRET}-access",
        "STORAGE_SECRET_KEY": SECRET,
    }.items():
        monkeypatch.setenv(f"EIGENLABEL_{name}", value)
    clear_process_state()
    described = installation.describe()
    assert described["storage"] == "s3://bucket/prefix at http://store:3900"
    assert described["database"].startswith("postgresql+psycopg://eigenlabel:***@database")
    assert "queue:6379/0" in described["queue"]
    assert SECRET not in str(described)
