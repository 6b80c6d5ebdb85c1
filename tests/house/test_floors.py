"""Imports go down only: rooms import rooms below them, and there is no circle."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import grimp
import pytest

from tests.house.drawing import PAGE, drawn
from tests.house.rooms import CORE, PLUGIN, PROJECT, core_graph, plugin_graph

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FLOORS = [{f"seamfill.{room}" for room in floor} for floor in CORE]


def upward(graph: grimp.ImportGraph, floors: list[set[str]]) -> list[str]:
    """Each import that goes up, and the way on which it does."""
    layers = [grimp.Layer(*floor, independent=True) for floor in floors]
    return [
        f"{found.importer} may not import {found.imported}: "
        + " -> ".join([*route.heads, *route.middle, *route.tails])
        for found in graph.find_illegal_dependencies_for_layers(layers)
        for route in found.routes
    ]


def circles(graph: grimp.ImportGraph, packages: list[str]) -> Iterator[str]:
    """Each import without which a circle within a package would be none."""
    for package in packages:
        for importer, imported in graph.nominate_cycle_breakers(package):
            yield f"a circle in {package}: {importer} -> {imported}"


def test_rooms_of_the_core_import_rooms_below_them() -> None:
    assert upward(core_graph(), FLOORS) == []


def test_there_is_no_circle_in_the_core() -> None:
    graph = core_graph()
    packages = [name for name in graph.modules if graph.find_children(name)]
    assert len(packages) > 10
    assert list(circles(graph, packages)) == []


def test_every_room_of_the_core_has_a_floor() -> None:
    assert core_graph().find_children("seamfill") == set().union(*FLOORS)


def test_rooms_of_the_plugin_import_rooms_below_them() -> None:
    graph = plugin_graph()
    assert upward(graph, [{room} for room in PLUGIN]) == []
    assert list(circles(graph, list(PLUGIN))) == []


def test_every_room_of_the_plugin_has_a_floor() -> None:
    rooms = {each.parent.name for each in (PROJECT / "gimp_plugin").glob("*/__init__.py")}
    assert rooms == set(PLUGIN)


@pytest.mark.parametrize(
    "planted",
    [
        "from commands.fill import run\n",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import commands.fill\n",
        "def late():\n    from commands import fill\n",
    ],
)
def test_an_import_that_goes_up_is_seen(planted: str, tmp_path: Path) -> None:
    copy = tmp_path / "plugin"
    shutil.copytree(PROJECT / "gimp_plugin", copy, ignore=shutil.ignore_patterns(".*", "__pyc*"))
    room = copy / "text" / "reports.py"
    room.write_text(room.read_text("utf-8") + planted, "utf-8")
    assert upward(plugin_graph(copy), [{room} for room in PLUGIN]) == [
        "text may not import commands: text.reports -> commands.fill"
    ]


def test_the_drawings_are_those_of_the_code() -> None:
    page = PAGE.read_text("utf-8")
    assert drawn(page) == page, "draw them anew: python -m tests.house.drawing"
