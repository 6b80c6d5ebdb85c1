"""Options that few edits need, folded away beneath the others."""

from typing import Any

from gi.repository import Gimp, GimpUi

from dialogs.fitting import Folded
from dialogs.widgets import AutomaticNumber, ChoiceRow, Rows, label_of, tip_of
from edits.references import layers
from text.i18n import _
from worker.choices import Choices, with_automatic

__all__ = ["MoreOptions"]

CONTEXTS = ("auto", "25%", "50%", "100%", "layer")


class MoreOptions:
    """An expander with the rows for context, fit and the rarer things that a model takes.

    Parameters
    ----------
    procedure, config : Gimp.Procedure, Gimp.ProcedureConfig
        The procedure, and its arguments, which the widgets are bound to.
    image : Gimp.Image
        Whose layers can be markup.
    """

    def __init__(self, procedure: Gimp.Procedure, config: Any, image: Gimp.Image) -> None:
        self._procedure = procedure
        self._config = config
        self._image = image
        self._choices = Choices()
        self._endpoint = self._model = ""
        rows = self._rows = Rows()
        self._add_context()
        self._add_tiles()
        for argument, first, tip in (
            ("grow", 12, _("Pixels by which the model may paint beyond the selection")),
            ("edge", 8, _("Width in pixels over which old and new blend")),
        ):
            number = AutomaticNumber(config, argument, 256, first)
            number.add_to(rows, label_of(procedure, argument), tip)
        self._markup = self._row(
            "markup",
            _("A transparent layer with instructions drawn over the picture"),
        )
        self._previews = GimpUi.prop_spin_button_new(config, "previews", 1, 1, 0)
        tip = _("Unfinished pictures to see while the model works; each costs a little")
        self._previews_label = rows.add(label_of(procedure, "previews"), self._previews, tip)
        self._add_values()
        rows.grid.set_margin_start(12)
        rows.grid.set_margin_top(6)
        self.widget = Folded(rows.grid, label=_("M_ore options"))
        config.connect("notify::output-format", lambda *_: self._offer_compression())

    def offer(self, choices: Choices, endpoint: str, model: str) -> None:
        """Show what a model takes.

        Parameters
        ----------
        choices : Choices
        endpoint, model : str
            Names; empty for the default ones.
        """
        self._choices, self._endpoint, self._model = choices, endpoint, model
        takes = choices.model(endpoint, model)
        for values, row in zip(
            (takes.fidelities, takes.complexities, takes.moderations, takes.output_formats),
            self._values,
            strict=True,
        ):
            row.offer_values(with_automatic(values))
        drawn = layers(self._image) if takes.markup else []
        names = [layer.get_name() for layer in drawn if layer.has_alpha()]
        self._markup.offer([("", _("None")), *((name, name) for name in names)], "")
        self._previews.set_visible(takes.stream)
        self._previews_label.set_visible(takes.stream)
        self._offer_compression()

    def _row(self, argument: str, tip: str = "") -> ChoiceRow:
        return ChoiceRow(self._rows, self._procedure, self._config, argument, tip)

    def _add_context(self) -> None:
        context = self._row("context")
        titles = {"auto": _("Automatic"), "layer": _("Whole layer")}
        values = [*CONTEXTS, *({context.value} - set(CONTEXTS))]
        context.offer([(value, titles.get(value, value)) for value in values], "auto")
        source = GimpUi.prop_choice_combo_box_new(self._config, "source")
        self._rows.add(_("_Send"), source, _("Which pixels leave this machine"))

    def _add_tiles(self) -> None:
        label = label_of(self._procedure, "tiles")
        tiles = GimpUi.prop_check_button_new(self._config, "tiles", label)
        tiles.set_tooltip_text(tip_of(self._procedure, "tiles"))
        self._rows.add_wide(tiles)

    def _add_values(self) -> None:
        """Add a row for each choice that only some models offer."""
        self._values = (
            self._row(
                "input-fidelity",
                _("How closely the answer keeps to the picture that is sent"),
            ),
            self._row("complexity", _("A low one makes narrower changes")),
            self._row("moderation", _("How strictly the maker judges")),
            self._row("output-format"),
        )
        self._compression = AutomaticNumber(self._config, "output-compression", 100, 90)
        self._compression.add_to(
            self._rows,
            label_of(self._procedure, "output-compression"),
            _("Of jpeg and webp: 100 loses least"),
        )

    def _offer_compression(self) -> None:
        takes = self._choices.model(self._endpoint, self._model).compression
        lossy = self._config.get_property("output-format") in ("jpeg", "webp")
        if not (takes and lossy):
            self._config.set_property("output-compression", -1)
        self._compression.show(takes and lossy)
