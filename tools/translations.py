"""Compile the plug-in's translations: ``python3 -m tools.translations``.

Each ``seamfill.po`` below ``gimp_plugin/locale`` becomes the ``seamfill.mo`` beside it, which is
what GIMP reads. Standard library only; the format is GNU gettext's
(https://www.gnu.org/software/gettext/manual/html_node/MO-Files.html).
"""

from __future__ import annotations

import ast
import struct
from pathlib import Path

__all__ = ["compiled", "read_po"]

LOCALE = Path(__file__).resolve().parent.parent / "gimp_plugin" / "locale"
MAGIC = 0x950412DE


def read_po(text: str) -> dict[str, str]:
    """Read a catalogue.

    Parameters
    ----------
    text : str
        With one ``msgid`` and one ``msgstr`` an entry, each followed by quoted strings.

    Returns
    -------
    dict
        Text to translation; the empty text holds the header.
    """
    entries: dict[str, str] = {}
    parts = {"msgid": "", "msgstr": ""}
    current = "msgid"
    for line in [*text.splitlines(), 'msgid ""']:
        word, _, rest = line.partition(" ")
        if word == "msgid" and current == "msgstr":
            entries[parts["msgid"]] = parts["msgstr"]
            parts = {"msgid": "", "msgstr": ""}
        if word in parts:
            current, line = word, rest
        if line.startswith('"'):
            parts[current] += ast.literal_eval(line)
    return entries


def compiled(entries: dict[str, str]) -> bytes:
    """Make the bytes of an MO file.

    Parameters
    ----------
    entries : dict
        From `read_po`.
    """
    ids = sorted(entries)
    texts = [text.encode() for text in (*ids, *(entries[i] for i in ids))]
    table, data, offset = b"", b"", 28 + 8 * len(texts)
    for text in texts:
        table += struct.pack("<2I", len(text), offset + len(data))
        data += text + b"\0"
    header = struct.pack("<7I", MAGIC, 0, len(ids), 28, 28 + 8 * len(ids), 0, offset)
    return header + table + data


def main() -> None:
    """Compile every catalogue."""
    for source in sorted(LOCALE.rglob("*.po")):
        source.with_suffix(".mo").write_bytes(compiled(read_po(source.read_text("utf-8"))))
        print(source.with_suffix(".mo"))


if __name__ == "__main__":
    main()
