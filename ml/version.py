"""The version of Eigenlabel: its only home. pyproject.toml, the API and every run's record read it here."""

VERSION = "0.1.0"
