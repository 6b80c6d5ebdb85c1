"""What the user fills in: the prompt, and the options that the chosen model takes."""

from typing import Any

from gi.repository import Gimp, GimpUi, Gtk

from dialogs.intents import Intents
from dialogs.more_options import MoreOptions
from dialogs.prompt_menu import history_button
from dialogs.reference_list import ReferenceList
from dialogs.widgets import ChoiceRow, Rows, dimmed, label_of, named, tip_of
from edits.intents import Intent
from edits.words import money
from text.i18n import _
from worker.choices import Choices, with_automatic
from worker.messages import Description

__all__ = ["Form"]


class Form:
    """What is asked for: prompt and count in `widget`, and what few edits need in parts of its own.

    Parameters
    ----------
    procedure, config : Gimp.Procedure, Gimp.ProcedureConfig
        The procedure, and its arguments, which the widgets are bound to.
    image : Gimp.Image
        Whose layers can go along.
    intents : tuple of Intent
        What the edit may be for.
    extra : Gtk.Widget, optional
        What a command asks for besides; shown first.
    """

    def __init__(
        self,
        procedure: Gimp.Procedure,
        config: Any,
        image: Gimp.Image,
        intents: "tuple[Intent, ...]",
        extra: "Gtk.Widget | None" = None,
    ) -> None:
        self._procedure = procedure
        self._config = config
        self._intents = Intents(intents, self._intend)
        self._described = Choices()
        self.prompt = Gtk.TextView(buffer=GimpUi.prop_text_buffer_new(config, "prompt", -1))
        self._note = dimmed(Gtk.Label(xalign=0.0, wrap=True, max_width_chars=34, no_show_all=True))
        self._cost = dimmed(Gtk.Label(xalign=1.0))
        self.widget = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=6)
        self.widget.pack_start(self._intents.widget, False, False, 0)
        if extra is not None:
            self.widget.pack_start(extra, False, False, 0)
        self._asked = self._prompt_box(extra is None)
        self.widget.pack_start(self._asked, True, True, 0)
        for part in (self._note, self._count_row()):
            self.widget.pack_start(part, False, False, 0)
        rows = Rows()
        self._add_choices(rows)
        self.choices = rows.grid
        self.choices.set_margin_start(12)
        self._references = ReferenceList(config, image)
        self.references = self._references.widget
        self._more = MoreOptions(procedure, config, image)
        self.more = self._more.widget
        config.connect("notify::prompt", lambda *_: self._tell_prompt())
        config.connect("notify::endpoint", lambda *_: self._offer_models())
        config.connect("notify::model", lambda *_: self._offer_values())

    def tell_cost(self, cost: "float | None") -> None:
        """Say what the edit costs, beside what it depends on; nothing where that is not known."""
        free = _("Free") if cost == 0 else ""
        self._cost.set_text(_("About {money}").format(money=money(cost)) if cost else free)

    def describe(self, described: Description) -> None:
        """Fill in what the worker says can be chosen."""
        choices = self._described = Choices(described)
        default = choices.endpoint("").title or choices.default_endpoint
        first = ("", _("Default: {name}").format(name=default))
        self._endpoint.offer([first, *choices.endpoints()], "")
        self._offer_models()

    @property
    def reads_prompt(self) -> bool:
        """Whether the chosen model does; one that does not, continues what surrounds a part."""
        return self._described.model(self._endpoint.value, self._model.value).reads_prompt

    def _prompt_box(self, in_selection: bool) -> Gtk.Widget:
        view = self.prompt
        view.set_wrap_mode(Gtk.WrapMode.WORD_CHAR)
        view.set_accepts_tab(False)
        for side in ("left", "right", "top", "bottom"):
            getattr(view, f"set_{side}_margin")(6)
        named(view, _("Prompt"))
        view.set_tooltip_text(_("Describe it in a sentence or two. Ctrl+Enter generates."))
        question = _("_What should appear in the selection?")
        label = Gtk.Label.new_with_mnemonic(
            question if in_selection else _("_What continues there?")
        )
        label.set_xalign(0.0)
        label.set_mnemonic_widget(view)
        heading = Gtk.Box(spacing=6)
        heading.pack_start(label, True, True, 0)
        history = history_button(lambda: self._config.get_property("prompt") or "", self._use)
        heading.pack_start(history, False, False, 0)
        scrolled = Gtk.ScrolledWindow(shadow_type=Gtk.ShadowType.IN)
        scrolled.set_size_request(-1, 72)
        scrolled.add(view)
        box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=6)
        box.pack_start(heading, False, False, 0)
        box.pack_start(scrolled, True, True, 0)
        return box

    def _use(self, prompt: str) -> None:
        self._config.set_property("prompt", prompt)

    def _count_row(self) -> Gtk.Widget:
        self._count = GimpUi.prop_spin_button_new(self._config, "count", 1, 1, 0)
        label = label_of(self._procedure, "count")
        self._count.set_tooltip_text(tip_of(self._procedure, "count"))
        self._count_label = Gtk.Label.new_with_mnemonic(label)
        self._count_label.set_mnemonic_widget(self._count)
        named(self._count, label.replace("_", "", 1))
        row = Gtk.Box(spacing=6)
        row.pack_start(self._count_label, False, False, 0)
        row.pack_start(self._count, False, False, 0)
        row.pack_end(self._cost, True, True, 0)
        return row

    def _add_choices(self, rows: Rows) -> None:
        def row(argument: str, tip: str = "") -> ChoiceRow:
            return ChoiceRow(rows, self._procedure, self._config, argument, tip)

        self._endpoint = row("endpoint")
        self._model = row("model")
        self._values = (
            row("size"),
            row("quality", _("Better takes longer and costs more")),
            row("background", _("Whether the answer may be see-through")),
        )

    def _offer_models(self) -> None:
        endpoint = self._endpoint.value
        models = self._described.models(endpoint)
        default = self._described.model(endpoint, "").title
        first = ("", _("Default: {name}").format(name=default))
        self._model.offer([first, *models], "")
        self._model.show(len(models) > 1)
        self._offer_values()

    def _offer_values(self) -> None:
        endpoint, name = self._endpoint.value, self._model.value
        model = self._described.model(endpoint, name)
        offered = (model.sizes, model.qualities, model.backgrounds)
        for values, row in zip(offered, self._values, strict=True):
            row.offer_values(with_automatic(values))
        several = model.max_n > 1
        self._count.set_visible(several)
        self._count_label.set_visible(several)
        self._references.show(model.max_images > 1)
        self._more.offer(self._described, endpoint, name)
        self._tell_prompt()

    @property
    def intent(self) -> Intent:
        """What the edit is for."""
        return self._intents.chosen

    @property
    def said(self) -> str:
        """The prompt that the user wrote for this edit."""
        return str(self._config.get_property("prompt") or "").strip() if self.intent.asks else ""

    def _intend(self) -> None:
        self._asked.set_visible(self.intent.asks)
        self._tell_prompt()
        self._config.notify("prompt")  # which is another one now

    def _tell_prompt(self) -> None:
        """Say what is sent where that is not what is written."""
        self._note.set_visible(not (self.said and self.reads_prompt))
        if self.reads_prompt:
            empty, sent = _("Left empty, this is sent: “{prompt}”"), _("This is sent: “{prompt}”")
            text = empty if self.intent.asks else sent
            self._note.set_text(text.format(prompt=self.intent.unsaid))
        else:
            self._note.set_text(
                _("This model continues the surroundings and does not read the prompt.")
            )
