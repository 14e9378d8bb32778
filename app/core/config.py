"""Settings: every value comes from an `EIGENLABEL_*` variable and has a default for one machine.

A variable with `_FILE` appended names a file that holds the value (`secret_files.py`).
"""

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from app.core.forwarded import checked_proxies
from app.core.host_names import checked_hosts, host_name
from app.core.list_setting import split_list
from app.core.root_path import checked_root_path
from app.core.secret_files import SecretFiles

TOKEN_LENGTH = 16


def _bucket(url: str) -> str:
    parts = urlsplit(url)
    if url and (parts.scheme != "s3" or not parts.netloc or parts.query or parts.fragment or "@" in url):
        raise ValueError("a storage URL is s3://bucket or s3://bucket/prefix, or empty for a directory")
    return url


def _endpoint(url: str) -> str:
    parts = urlsplit(url)
    if url and (parts.scheme not in {"http", "https"} or not parts.netloc or "@" in url):
        raise ValueError("an endpoint begins with https:// or http:// and holds no credentials")
    return url.rstrip("/")


def _public_url(url: str) -> str:
    parts = urlsplit(url)
    if url and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment):
        raise ValueError("a public URL looks like https://labels.example or https://tools.example/labels")
    if "@" in url or parts.port == 0:
        raise ValueError("a public URL holds no credentials, and its port is one")
    checked_root_path(parts.path)
    return url.rstrip("/")


def _long_token(token: SecretStr) -> SecretStr:
    if 0 < len(token.get_secret_value()) < TOKEN_LENGTH:
        raise ValueError(f"a metrics token has at least {TOKEN_LENGTH} characters")
    return token


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="EIGENLABEL_", extra="ignore", hide_input_in_errors=True)

    data: Path = Path("data")
    database_url: str = ""
    broker_url: str = ""
    storage_url: Annotated[str, AfterValidator(_bucket)] = ""
    storage_endpoint: Annotated[str, AfterValidator(_endpoint)] = ""
    storage_region: str = "us-east-1"
    storage_access_key: SecretStr = SecretStr("")
    storage_secret_key: SecretStr = SecretStr("")
    storage_cache_bytes: int = Field(20 * 1024**3, ge=0)
    allowed_hosts: Annotated[
        list[str], NoDecode, BeforeValidator(split_list), AfterValidator(checked_hosts)
    ] = []
    trusted_proxies: Annotated[
        list[str], NoDecode, BeforeValidator(split_list), AfterValidator(checked_proxies)
    ] = []
    public_url: Annotated[str, AfterValidator(_public_url)] = ""
    root_path: Annotated[str, AfterValidator(checked_root_path)] = ""
    image_link_days: int = Field(30, ge=1, le=366)
    import_roots: Annotated[list[Path], NoDecode, BeforeValidator(split_list)] = []
    weights_directory: Path | None = None
    secure_cookies: bool = False
    invitations_make_accounts: bool = False
    session_hours: int = 24 * 14
    lease_seconds: int = 120
    metrics_token: Annotated[SecretStr, AfterValidator(_long_token)] = SecretStr("")
    max_connections: int = Field(2_000, ge=10, le=100_000)
    max_upload_files: int = 500
    max_upload_bytes: int = 2 * 1024**3
    max_file_bytes: int = 128 * 1024**2
    max_archive_files: int = 20_000
    max_image_pixels: int = 64_000_000
    job_lease_seconds: int = 30
    job_heartbeat_seconds: float = 10
    job_max_attempts: int = 3
    sweep_seconds: float = 5
    worker_silence_seconds: float = 120
    min_free_bytes: int = Field(1024**3, ge=0)
    child_silence_seconds: float = 900
    child_growth_bytes: int = 4 * 1024**3
    thumbnail_pixels: int = Field(160, ge=32, le=1024)

    @model_validator(mode="after")
    def _one_root_path(self) -> Self:
        public = urlsplit(self.public_url).path
        if self.public_url and self.root_path not in {"", public}:
            raise ValueError(
                f"EIGENLABEL_PUBLIC_URL ends in {public or '/'}, EIGENLABEL_ROOT_PATH is {self.root_path}: "
                "they have to be the same"
            )
        self.root_path = self.root_path or public
        return self

    @model_validator(mode="after")
    def _whole_credentials(self) -> Self:
        if bool(self.storage_access_key.get_secret_value()) != bool(
            self.storage_secret_key.get_secret_value()
        ):
            raise ValueError("EIGENLABEL_STORAGE_ACCESS_KEY and EIGENLABEL_STORAGE_SECRET_KEY go together")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003  (the library names them)
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003  (the same)
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, SecretFiles(settings_cls)

    @property
    def served_hosts(self) -> list[str]:
        """Return the host names that are answered, besides this machine's own."""
        public = urlsplit(self.public_url).netloc
        return [*self.allowed_hosts, *([host_name(public)] if public else [])]

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
