"""Where settings, journal and environment are."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["config_directory", "data_directory", "journal_directory", "user_catalog"]


def config_directory() -> Path:
    """Where the user's own settings are."""
    if home := os.environ.get("SEAMFILL_HOME"):
        return Path(home).expanduser()
    import platformdirs

    return platformdirs.user_config_path("seamfill", appauthor=False)


def data_directory() -> Path:
    """Where the journal, stored keys and the environment are."""
    if home := os.environ.get("SEAMFILL_HOME"):
        return Path(home).expanduser()
    import platformdirs

    return platformdirs.user_data_path("seamfill", appauthor=False)


def journal_directory() -> Path:
    """Where the journal's entries are."""
    return data_directory() / "journal"


def user_catalog() -> Path:
    """The user's own catalogue; need not exist."""
    return config_directory() / "catalog.toml"
