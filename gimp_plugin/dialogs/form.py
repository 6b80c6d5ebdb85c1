"""What the user fills in: the prompt, and the options that the chosen model takes."""

from typing import Any

from gi.repository import Gimp, GimpUi, Gtk

from dialogs.more_options import MoreOptions
from dialogs.prompt_menu import history_button
from dialogs.reference_list import ReferenceList
from dialogs.widgets import ChoiceRow, Rows, label_of, named, tip_of
from text.i18n import _
from worker.choices import Choices, with_automatic
from worker.messages import Description

__all__ = ["Form"]


class Form:
    """The left-hand labels and the right-hand widgets of Generative Fill.

    Parameters
    ----------
    procedure, config : Gimp.Procedure, Gimp.ProcedureConfig
        The procedure, and its arguments, which the widgets are bound to.
    image : Gimp.Image
        Whose layers can go along.
    extra : Gtk.Widget, optional
        What a command asks for besides; shown first.
    """

    def __init__(
        self,
        procedure: Gimp.Procedure,
        config: Any,
        image: Gimp.Image,
        extra: "Gtk.Widget | None" = None,
    ) -> None:
        self._procedure = procedure
        self._config = config
        self._choices = Choices()
        rows = self._rows = Rows()
        self.widget = rows.grid
        self.prompt = Gtk.TextView(buffer=GimpUi.prop_text_buffer_new(config, "prompt", -1))
        if extra is not None:
            rows.add_wide(extra)
        rows.add_wide(self._prompt_box(extra is None))
        self._note = Gtk.Label(xalign=0.0, wrap=True, max_width_chars=48, no_show_all=True)
        self._note.get_style_context().add_class("dim-label")
        rows.add_wide(self._note)
        self._add_choices(rows)
        self._references = ReferenceList(config, image)
        self.references = self._references.widget
        self._more = MoreOptions(procedure, config, image, extra is None)
        rows.add_wide(self._more.widget)
        config.connect("notify::endpoint", lambda *_: self._offer_models())
        config.connect("notify::model", lambda *_: self._offer_values())

    def describe(self, described: Description) -> None:
        """Fill in what the worker says can be chosen."""
        choices = self._choices = Choices(described)
        default = choices.endpoint("").title or choices.default_endpoint
        first = ("", _("Default: {name}").format(name=default))
        self._endpoint.offer([first, *choices.endpoints()], "")
        self._offer_models()

    @property
    def reads_prompt(self) -> bool:
        """Whether the chosen model does; one that does not, continues what surrounds a part."""
        return self._choices.model(self._endpoint.value, self._model.value).reads_prompt

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
        scrolled.set_size_request(340, 84)
        scrolled.add(view)
        box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=6)
        box.pack_start(heading, False, False, 0)
        box.pack_start(scrolled, True, True, 0)
        return box

    def _use(self, prompt: str) -> None:
        self._config.set_property("prompt", prompt)

    def _add_choices(self, rows: Rows) -> None:
        def row(argument: str, tip: str = "") -> ChoiceRow:
            return ChoiceRow(rows, self._procedure, self._config, argument, tip)

        self._endpoint = row("endpoint")
        self._model = row("model")
        self._count = GimpUi.prop_spin_button_new(self._config, "count", 1, 1, 0)
        label, tip = label_of(self._procedure, "count"), tip_of(self._procedure, "count")
        self._count_label = rows.add(label, self._count, tip)
        self._values = (
            row("size"),
            row("quality", _("Better takes longer and costs more")),
            row("background", _("Whether the answer may be see-through")),
        )

    def _offer_models(self) -> None:
        endpoint = self._endpoint.value
        models = self._choices.models(endpoint)
        default = self._choices.model(endpoint, "").title
        first = ("", _("Default: {name}").format(name=default))
        self._model.offer([first, *models], "")
        self._model.show(len(models) > 1)
        self._offer_values()

    def _offer_values(self) -> None:
        endpoint, name = self._endpoint.value, self._model.value
        model = self._choices.model(endpoint, name)
        offered = (model.sizes, model.qualities, model.backgrounds)
        for values, row in zip(offered, self._values, strict=True):
            row.offer_values(with_automatic(values))
        several = model.max_n > 1
        self._count.set_visible(several)
        self._count_label.set_visible(several)
        self._references.show(model.max_images > 1)
        self._more.offer(self._choices, endpoint, name)
        self._note.set_visible(not self.reads_prompt)
        self._note.set_text(
            _("This model continues the surroundings and does not read the prompt.")
        )
