"""Settings from files: `EIGENLABEL_DATABASE_URL_FILE` names a file that holds the database's address."""

import os
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import PydanticBaseSettingsSource
from pydantic_settings.exceptions import SettingsError

SUFFIX = "_FILE"


class SecretFiles(PydanticBaseSettingsSource):
    """Reads each setting whose variable with `_FILE` appended is set."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        variable = f"{self.config.get('env_prefix', '')}{field_name}".upper()
        path = os.environ.get(variable + SUFFIX)
        if not path:
            return None, field_name, False
        if os.environ.get(variable):
            raise SettingsError(f"Set {variable} or {variable}{SUFFIX}, not both.")
        return _secret(variable + SUFFIX, Path(path)), field_name, self.field_is_complex(field)

    def __call__(self) -> dict[str, Any]:
        """Return the values that come from files; SettingsError where a file is missing or empty."""
        found: dict[str, Any] = {}
        for name, field in self.settings_cls.model_fields.items():
            value, key, is_complex = self.get_field_value(field, name)
            if value is not None:
                found[key] = self._prepared(name, field, value, is_complex)
        return found

    def _prepared(self, name: str, field: FieldInfo, value: str, is_complex: bool) -> Any:
        try:
            return self.prepare_field_value(name, field, value, is_complex)
        except ValueError:
            variable = f"{self.config.get('env_prefix', '')}{name}{SUFFIX}".upper()
            raise SettingsError(f"{variable}: the file does not hold valid JSON.") from None


def _secret(variable: str, path: Path) -> str:
    try:
        value = path.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise SettingsError(f"{variable}: the file {path} cannot be read ({reason}).") from None
    if not value:
        raise SettingsError(f"{variable}: the file {path} is empty.")
    return value
