"""Changes of the user's catalogue that leave all as it is that they are not about.

A new entry is appended; one that is there is changed or taken out where it stands. What comes of
it is read again and compared before it takes the file's place.
"""

from __future__ import annotations

import tomllib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from seamfill.endpoints.loading import HEADER, check_catalog, dotted_keys, load_catalog
from seamfill.errors import BadInput
from seamfill.files.atomic import Beside
from seamfill.files.private import alone, make_folder
from seamfill.paths import user_catalog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

__all__ = ["put", "put_default", "take_out"]

Table = dict[str, Any]

_DEFAULT = "default_endpoint"


def put(name: str, entry: Callable[[Table], Table]) -> None:
    """Put an endpoint's table into the catalogue.

    Parameters
    ----------
    name : str
        Without quotes, backslashes and brackets.
    entry : callable
        Makes the table of the one that is there, which is empty where there is none.

    Raises
    ------
    BadInput
        If the file cannot be read or written; it is as it was then.
    """
    with _file() as file:
        old = tomllib.loads(file.text)
        had = old.get("endpoints", {}).get(name)
        wanted = entry(had or {})
        expected = {**old, "endpoints": {**old.get("endpoints", {}), name: wanted}}
        block = _block(file.text, name)
        if had is None:
            gap = "" if not file.text else "\n" if file.text.endswith("\n") else "\n\n"
            fresh = file.text + gap + _changed("", name, wanted)
        elif block is not None:
            before, own, after = block
            fresh = before + _changed(own, name, wanted) + after
        else:
            fresh = _changed(file.text, name, wanted)
        file.replace(fresh, expected)


def take_out(name: str) -> None:
    """Take an endpoint's table out of the catalogue; see `put`."""
    with _file() as file:
        old = tomllib.loads(file.text)
        others = {key: table for key, table in old["endpoints"].items() if key != name}
        expected = {**old, "endpoints": others}
        if not others:
            del expected["endpoints"]
        block = _block(file.text, name)
        if block is not None:
            before, _own, after = block
            if before.endswith("\n\n") and not after.strip():
                before = before[:-1]  # the line that was put between
            fresh = before + after
        else:
            fresh = _changed(file.text, name, None)
        file.replace(fresh, expected)


def put_default(name: str) -> None:
    """Say which endpoint is used where an edit names none; empty to say nothing. See `put`."""
    import tomlkit

    with _file() as file:
        old = tomllib.loads(file.text)
        expected = {key: value for key, value in old.items() if key != _DEFAULT}
        lines = file.text.splitlines(keepends=True)
        top = next((n for n, line in enumerate(lines) if HEADER.match(line)), len(lines))
        if _DEFAULT in old:
            at = next(n for n in range(top) if lines[n].lstrip().startswith(_DEFAULT))
            del lines[at]
        if name:
            expected[_DEFAULT] = name
            lines.insert(0, f"{_DEFAULT} = {tomlkit.string(name).as_string()}\n")
        file.replace("".join(lines), expected)


class _File:
    """The catalogue while nobody else writes it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.text = path.read_bytes().decode("utf-8") if path.exists() else ""

    def replace(self, text: str, expected: Table) -> None:
        """Put another text in its place, if it means what it should."""
        if tomllib.loads(text) != expected:
            raise ValueError("something else would have changed")
        check_catalog(self._path, text)
        with Beside(self._path) as beside:
            beside.write(text.encode())
            beside.replace()


@contextmanager
def _file() -> Iterator[_File]:
    path = user_catalog()
    load_catalog()  # tells mistakes that are there already, with their lines
    try:
        make_folder(path.parent)
        with alone(path.with_suffix(".lock")):
            yield _File(path)
    except OSError as error:
        raise BadInput(f"The catalogue {path} cannot be written ({error.strerror}).") from error
    except (ValueError, LookupError, TypeError, AttributeError, StopIteration) as error:
        raise BadInput(
            f"The catalogue {path} is written in a way that only its author can change.",
            "Change that entry by hand.",
        ) from error


def _block(text: str, name: str) -> tuple[str, str, str] | None:
    """What stands before an endpoint's tables, they themselves, and what follows.

    Comments above the next table are that one's.
    """
    lines = text.splitlines(keepends=True)
    start, end = None, len(lines)
    for number, line in enumerate(lines):
        if not (header := HEADER.match(line)):
            continue
        inside = dotted_keys(header[1])[:2] == ("endpoints", name)
        if inside and start is None:
            start = number
        elif not inside and start is not None:
            end = number
            break
    if start is None:
        return None
    while end > start + 1 and lines[end - 1].strip()[:1] in {"", "#"}:
        end -= 1
    return "".join(lines[:start]), "".join(lines[start:end]), "".join(lines[end:])


def _changed(text: str, name: str, wanted: Table | None) -> str:
    """A text with another table for an endpoint, or with none; comments stay."""
    import tomlkit

    document = tomlkit.parse(text)
    endpoints = document.setdefault("endpoints", tomlkit.table(is_super_table=True))
    if wanted is None:
        del endpoints[name]
    else:
        _fit(endpoints.setdefault(name, tomlkit.table()), wanted)
    return tomlkit.dumps(document)


def _fit(table: Any, wanted: Table) -> None:
    """Change what differs in a table: what stays keeps its place and its comments."""
    import tomlkit

    for key in [key for key in table if key not in wanted]:
        del table[key]
    for key, value in wanted.items():
        old = table.get(key)
        if isinstance(value, dict) and isinstance(old, dict):
            _fit(old, value)
        elif key not in table or old != value:
            if isinstance(value, dict):
                inline = tomlkit.inline_table()
                inline.update(value)
                value = inline
            table[key] = value
