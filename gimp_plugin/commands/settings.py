"""Settings: keys of endpoints, and what is remembered and held back."""

from typing import Any

from gi.repository import Gimp

from commands.arguments import PLAIN
from text.i18n import _
from user.preferences import DEFAULTS, preferences, save
from user.prompts import forget
from worker.client import Worker

__all__ = ["describe", "run"]

ALWAYS = 1 | 4 | 8 | 16
"""Gimp.ProcedureSensitivityMask.ALWAYS without its name, which some PyGObjects do not know: with
or without an image."""


def describe(procedure: Gimp.Procedure) -> None:
    """Describe the command to GIMP."""
    procedure.set_menu_label(_("_Settings…"))
    procedure.set_sensitivity_mask(ALWAYS)
    procedure.set_icon_name("preferences-system")
    procedure.set_documentation(
        _("Keys of endpoints, and what Seamfill remembers and never sends"),
        _(
            "Keys are entered in the dialog only and go to the system's keyring. Called without "
            "a dialog, the other preferences are set to the arguments given."
        ),
        None,
    )
    procedure.add_boolean_argument(
        "keep-prompts", _("_Keep a history of prompts in a file that only you can read"),
        None, DEFAULTS["keep-prompts"], PLAIN,
    )  # fmt: skip
    procedure.add_boolean_argument(
        "prompts-in-layers", _("Save the _prompt with each layer, and so in saved images"),
        None, DEFAULTS["prompts-in-layers"], PLAIN,
    )  # fmt: skip
    procedure.add_string_argument(
        "private-mark", _("_Never send layers whose name begins with"),
        _("Such as #; leave it empty to let all layers be sent"),
        DEFAULTS["private-mark"], PLAIN,
    )  # fmt: skip
    procedure.add_double_argument(
        "cost-limit", _("As_k before an edit that costs more than (USD)"),
        _("0 for never"), 0.0, 1000.0, DEFAULTS["cost-limit"], PLAIN,
    )  # fmt: skip


def run(
    procedure: Gimp.Procedure,
    run_mode: Gimp.RunMode,
    _image: Gimp.Image,
    _drawables: "list[Gimp.Drawable]",
    config: Gimp.ProcedureConfig,
) -> Gimp.ValueArray:
    """Run the command.

    Raises
    ------
    Cancelled
        If the user changed nothing.
    """
    if run_mode == Gimp.RunMode.INTERACTIVE:
        for name, value in preferences().items():
            config.set_property(name, value)
        _ask(procedure, config)
    changed: dict[str, Any] = {name: config.get_property(name) for name in DEFAULTS}
    save(changed)
    if not preferences()["keep-prompts"]:
        forget()
    return procedure.new_return_values(Gimp.PDBStatusType.SUCCESS, None)


def _ask(procedure: Gimp.Procedure, config: Gimp.ProcedureConfig) -> None:
    from dialogs import display

    with Worker() as worker:
        display.begin()
        from dialogs.settings import ask

        ask(procedure, config, worker)
