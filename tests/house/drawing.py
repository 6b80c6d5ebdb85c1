"""Draws the rooms, and what they import, into docs/architecture.md.

``python -m tests.house.drawing`` does it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.house.rooms import GROUND, PLUGIN, PROJECT, core_graph, plugin_graph

if TYPE_CHECKING:
    import grimp

__all__ = ["PAGE", "drawn"]

PAGE = PROJECT / "docs" / "architecture.md"
_LEFT_OUT = GROUND | {"__main__"}


def drawn(page: str) -> str:
    """The page with its drawings as the code has it now.

    Parameters
    ----------
    page : str
        With a comment ``rooms of the core`` and one ``rooms of the plug-in``, each before a block
        of Mermaid.
    """
    for title, arrows in (("core", _core()), ("plug-in", _plugin())):
        lines = "\n".join(f"    {above} --> {below}" for above, below in sorted(arrows))
        found = re.compile(rf"(<!-- rooms of the {title} -->\n```mermaid\n).*?```", re.DOTALL)
        page = found.sub(rf"\1graph TD\n{lines}\n```", page)
    return page


def _core() -> set[tuple[str, str]]:
    graph = core_graph()
    rooms = graph.find_children("seamfill")
    return _arrows(graph, {name.removeprefix("seamfill."): name for name in rooms})


def _plugin() -> set[tuple[str, str]]:
    return _arrows(plugin_graph(), {name: name for name in PLUGIN})


def _arrows(graph: grimp.ImportGraph, rooms: dict[str, str]) -> set[tuple[str, str]]:
    """The imports between rooms, without those that another way down says already."""
    below = {
        room: {
            other
            for other, inside in rooms.items()
            if other not in _LEFT_OUT | {room}
            and graph.direct_import_exists(importer=name, imported=inside, as_packages=True)
        }
        for room, name in rooms.items()
        if room not in _LEFT_OUT
    }
    return {
        (room, other)
        for room, others in below.items()
        for other in others
        if not any(other in _reached(below, step) for step in others - {other})
    }


def _reached(below: dict[str, set[str]], room: str) -> set[str]:
    found: set[str] = set()
    waiting = [room]
    while waiting:
        for other in below.get(waiting.pop(), set()) - found:
            found.add(other)
            waiting.append(other)
    return found


if __name__ == "__main__":
    PAGE.write_text(drawn(PAGE.read_text("utf-8")), "utf-8")
