"""Remove Selection: what is selected goes, and its surroundings continue in its place."""

from typing import TYPE_CHECKING

from gi.repository import Gimp

import canvas
from commands.arguments import PLAIN, add_option, add_source
from commands.frame import Call, Command
from edits import edit, progress
from edits.intents import REMOVE
from errors import Problem
from text.i18n import _
from user.preferences import preferences

if TYPE_CHECKING:
    from worker.messages import Options

__all__ = ["command"]


def command() -> Command:
    """Describe the command."""
    return Command(
        _("_Remove Selection"),
        "gimp-tool-eraser",
        _("Remove what is selected and continue the surroundings in its place"),
        _(
            "Without a dialog and without a prompt, on this machine unless another endpoint is "
            "given. The result is a new layer."
        ),
        _add_arguments,
        _run,
        converts=True,
    )


def _add_arguments(procedure: Gimp.Procedure) -> None:
    procedure.add_string_argument(
        "endpoint", _("_Endpoint"), _("Where to send it; on this machine by default"), "offline",
        PLAIN,
    )  # fmt: skip
    add_option(procedure, "model")
    add_source(procedure)


def _run(call: Call) -> "list[Gimp.Layer]":
    mark, source = preferences().private_mark, call.config.get_property("source")
    subject = canvas.examine(call.image, call.drawables, source, mark)
    if subject.selection is None:
        raise Problem(_("Nothing is selected."), _("Select what is to go, and try again."))
    wanted = {name: call.config.get_property(name) for name in ("endpoint", "model")}
    options: Options = {"prompt": REMOVE.unsaid, **{name: v for name, v in wanted.items() if v}}
    notify = progress.progress(_("Remove Selection"))
    return edit.edit(call.worker, subject, options, notify, name=_("Removed"))
