"""An edit with a dialog or without one, as the call has it."""

from contextlib import contextmanager
from typing import TYPE_CHECKING

from gi.repository import Gimp

from edits.edit import edit
from edits.options import options_of
from edits.progress import progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from commands.frame import Call
    from dialogs.kind import Kind

__all__ = ["edited"]


def edited(call: "Call", kind: "Kind") -> "list[Gimp.Layer]":
    """Carry out an edit; only where there is a dialog is anything with windows imported.

    Raises
    ------
    Problem, Cancelled
        If no layer was made; the image is as it was then.
    """
    if not call.interactive:
        subject = kind.subject(call.drawables)
        return edit(call.worker, subject, options_of(call.config), progress(kind.title))
    name = f"plug-in-seamfill-panel-{kind.chapter}-{call.image.get_id()}"
    if _shown(name):
        return []
    from dialogs import display

    display.begin()
    from dialogs import panel

    with _showing(name, call.procedure.get_plug_in()) as show:
        return panel.show(call.procedure, call.config, call.worker, kind, call.drawables, show)


def _shown(name: str) -> bool:
    """Let the panel that an image has already be seen; whether there is one."""
    asked = Gimp.get_pdb().lookup_procedure(name)
    return asked is not None and asked.run(asked.create_config()) is not None


@contextmanager
def _showing(name: str, plug_in: Gimp.PlugIn) -> "Iterator[list[Callable[[], None]]]":
    """Let other calls find this one's panel: by a procedure that is there as long as it is.

    Yields
    ------
    list of callable
        To be filled with what shows the panel.
    """
    shows: list[Callable[[], None]] = []

    def run(procedure: Gimp.Procedure, *_details: object) -> Gimp.ValueArray:
        for show in shows:
            show()
        return procedure.new_return_values(Gimp.PDBStatusType.SUCCESS, None)

    kind = Gimp.PDBProcType.TEMPORARY
    plug_in.add_temp_procedure(Gimp.Procedure.new(plug_in, name, kind, run, None))
    plug_in.persistent_enable()
    try:
        yield shows
    finally:
        plug_in.remove_temp_procedure(name)
