"""Settings: every value comes from an `EIGENLABEL_*` variable and has a default for one machine."""

from functools import lru_cache
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="EIGENLABEL_", extra="ignore")

    data: Path = Path("data")
    database_url: str = ""
    broker_url: str = ""
    allowed_hosts: list[str] = ["localhost", "127.0.0.1", "[::1]"]
    import_roots: list[Path] = []
    secure_cookies: bool = False
    session_hours: int = 24 * 14
    lease_seconds: int = 120
    max_upload_files: int = 500
    max_upload_bytes: int = 2 * 1024**3
    max_file_bytes: int = 128 * 1024**2
    max_archive_files: int = 20_000
    max_image_pixels: int = 64_000_000
    job_lease_seconds: int = 30
    job_heartbeat_seconds: float = 10
    job_max_attempts: int = 3
    sweep_seconds: float = 5
    child_silence_seconds: float = 900
    child_growth_bytes: int = 4 * 1024**3
    thumbnail_pixels: int = Field(160, ge=32, le=1024)

    @property
    def sqlalchemy_url(self) -> str:
        """Return the database address; SQLite inside the data directory unless set."""
        return self.database_url or f"sqlite:///{self.data.resolve() / 'eigenlabel.sqlite3'}"

    @property
    def celery_url(self) -> str:
        """Return the broker address; kombu's filesystem transport unless set."""
        return self.broker_url or "filesystem://localhost/"

    @property
    def queue_directory(self) -> Path:
        """Return where the filesystem broker keeps its messages."""
        return self.data.resolve() / "queue"

    @property
    def blob_directory(self) -> Path:
        """Return the root of the local blob store."""
        return self.data.resolve() / "blobs"

    @property
    def work_directory(self) -> Path:
        """Return where jobs write what is not published yet, and where feature caches live."""
        return self.data.resolve() / "work"


@lru_cache
def get_settings() -> Settings:
    """Return the settings of this process."""
    return Settings()
