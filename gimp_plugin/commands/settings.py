"""Settings: keys of endpoints, and what is remembered and held back."""

from gi.repository import Gimp

from commands.arguments import PLAIN
from commands.frame import Call, Command
from text.i18n import _
from user import kept
from user.preferences import Preferences

__all__ = ["command"]

DEFAULT = Preferences()


def command() -> Command:
    """Describe the command."""
    return Command(
        _("_Settings…"),
        "preferences-system",
        _("Keys of endpoints, and what Seamfill remembers and never sends"),
        _(
            "Keys are entered in the dialog only and go to the system's keyring. Called without "
            "a dialog, the other preferences are set to the arguments given."
        ),
        _add_arguments,
        _run,
        makes_layers=False,
    )


def _add_arguments(procedure: Gimp.Procedure) -> None:
    procedure.add_boolean_argument(
        "keep-prompts", _("_Keep a history of prompts in a file that only you can read"),
        None, DEFAULT.keep_prompts, PLAIN,
    )  # fmt: skip
    procedure.add_boolean_argument(
        "prompts-in-layers", _("Save the _prompt with each layer, and so in saved images"),
        None, DEFAULT.prompts_in_layers, PLAIN,
    )  # fmt: skip
    procedure.add_string_argument(
        "private-mark", _("_Never send layers whose name begins with"),
        _("Such as #; leave it empty to let all layers be sent"),
        DEFAULT.private_mark, PLAIN,
    )  # fmt: skip
    procedure.add_double_argument(
        "cost-limit", _("As_k before an edit that costs more than (USD)"),
        _("0 for never"), 0.0, 1000.0, DEFAULT.cost_limit, PLAIN,
    )  # fmt: skip


def _run(call: Call) -> "list[Gimp.Layer]":
    if call.interactive:
        _ask(call)
    else:
        kept.keep(call.config)
    return []


def _ask(call: Call) -> None:
    from dialogs import display

    display.begin()
    from dialogs.settings import change

    change(call.procedure, call.config, call.worker)
