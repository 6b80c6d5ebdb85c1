"""Homes and small projects for the tests of the installer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.install.homes import Home, small_project, stop_servers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session", autouse=True)
def servers() -> Iterator[None]:
    yield
    stop_servers()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home into which this project is installed."""
    return Home(tmp_path / "home")


@pytest.fixture(scope="session")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small project, version 1.0."""
    return small_project(tmp_path_factory.mktemp("old"), "1.0")


@pytest.fixture(scope="session")
def new(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small project, version 2.0."""
    return small_project(tmp_path_factory.mktemp("new"), "2.0")


@pytest.fixture(scope="session")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small project that cannot be installed."""
    project = small_project(tmp_path_factory.mktemp("broken"), "3.0")
    (project / "core" / "seamfill" / "__main__.py").write_text("raise SystemExit('broken')\n")
    return project


@pytest.fixture
def small_home(tmp_path: Path, old: Path) -> Home:
    """A home into which a small project is installed."""
    return Home(tmp_path / "home", old)
