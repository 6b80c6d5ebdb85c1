"""What is set for pip and uv is what the set-up goes by; TLS is never switched off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gimp_plugin.setup.indexes import Indexes, default_index, user_indexes

if TYPE_CHECKING:
    from pathlib import Path

HERE = "http://127.0.0.1:1/simple"
MORE = "http://127.0.0.1:2/simple"


@pytest.fixture(autouse=True)
def nothing_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home in which nothing is set."""
    import os

    for name in list(os.environ):
        if name.startswith(("PIP_", "UV_", "XDG_", "SSL_", "APPDATA", "PROGRAMDATA")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)  # the machine's own files aside
    return tmp_path


def test_pip_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "PIP_INDEX_URL": HERE,
        "PIP_EXTRA_INDEX_URL": f"{MORE} {MORE}/é",
        "PIP_FIND_LINKS": "/wheels",
        "PIP_CERT": "/etc/own.pem",
        "PIP_PROXY": "http://proxy:3128",
        "PIP_TIMEOUT": "77",
        "PIP_TRUSTED_HOST": "127.0.0.1",
    }.items():
        monkeypatch.setenv(name, value)
    found = user_indexes()
    assert found == Indexes(
        HERE, (MORE, f"{MORE}/é"), ("/wheels",), False, "/etc/own.pem", "http://proxy:3128", "77"
    )
    assert found.for_uv() == {
        "UV_DEFAULT_INDEX": HERE,
        "UV_INDEX": f"{MORE} {MORE}/é",
        "SSL_CERT_FILE": "/etc/own.pem",
        "ALL_PROXY": "http://proxy:3128",
        "UV_HTTP_TIMEOUT": "77",
    }
    assert found.options() == ["--find-links", "/wheels"]


def test_pip_file(nothing_set: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = nothing_set / "own.conf"
    file.write_text(
        f"[global]\nindex-url = {MORE}\nextra-index-url =\n    {MORE}/a\n    {MORE}/b\n"
        f"[install]\nindex-url = {HERE}\nno-index = false\n"
    )
    monkeypatch.setenv("PIP_CONFIG_FILE", str(file))
    found = user_indexes()
    assert (found.index, found.extra) == (HERE, (f"{MORE}/a", f"{MORE}/b"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    assert user_indexes().options() == ["--no-index"]


def test_pip_file_of_the_user(nothing_set: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PIP_CONFIG_FILE")
    (nothing_set / ".config/pip").mkdir(parents=True)
    (nothing_set / ".config/pip/pip.conf").write_text(f"[global]\nindex-url = {HERE}\n")
    assert user_indexes().index == HERE


def test_uv_comes_before_pip(nothing_set: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", MORE)
    monkeypatch.setenv("UV_DEFAULT_INDEX", HERE)
    monkeypatch.setenv("UV_INDEX", f"own={MORE}/x {MORE}/y?a=b")
    found = user_indexes()
    assert (found.index, found.extra) == (HERE, (f"{MORE}/x", f"{MORE}/y?a=b"))


def test_uv_file(nothing_set: Path) -> None:
    (nothing_set / ".config/uv").mkdir(parents=True)
    (nothing_set / ".config/uv/uv.toml").write_text(
        f'[[index]]\nurl = "{MORE}"\n[[index]]\nurl = "{HERE}"\ndefault = true\n'
    )
    found = user_indexes()
    assert (found.index, found.extra) == (HERE, (MORE,))


@pytest.mark.parametrize("text", ["[global", "\0", "[global]\nindex-url\n=", "é" * 9999])
def test_a_damaged_file_is_no_reason_to_fail(
    nothing_set: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    file = nothing_set / "own.conf"
    file.write_text(text)
    monkeypatch.setenv("PIP_CONFIG_FILE", str(file))
    monkeypatch.setenv("UV_CONFIG_FILE", str(file))
    assert user_indexes().index == default_index()


def test_the_default_is_that_of_this_pythons_pip() -> None:
    from pip._internal.models.index import PyPI

    assert default_index() == PyPI.simple_url
