"""Generative Fill: from a selection to new layers."""

from typing import Any

from gi.repository import Gimp

import canvas
from i18n import _
from worker import Worker

__all__ = ["run"]

OPTIONS = {
    **{name: name for name in ("prompt", "endpoint", "model", "size", "quality", "background")},
    "context": "context",
    "count": "n",
}
"""Arguments of the procedure and what the worker calls them."""


def run(
    procedure: Gimp.Procedure,
    run_mode: Gimp.RunMode,
    image: Gimp.Image,
    drawables: "list[Gimp.Drawable]",
    config: Gimp.ProcedureConfig,
) -> Gimp.ValueArray:
    """Run the command; see `commands` for its arguments.

    Raises
    ------
    Problem, Cancelled
        If no layer was made; the image is as it was then.
    """
    worker = Worker()  # first, so that it loads while GIMP is asked
    try:
        target = canvas.examine(image, drawables)
        layers = edit(worker, target, options_of(config), _progress())
    finally:
        worker.close()
    Gimp.displays_flush()
    return _layers_returned(procedure, image, layers)


def options_of(config: Gimp.ProcedureConfig) -> "dict[str, Any]":
    """Collect the arguments as the worker's options; what is empty or auto is left out."""
    values = {ours: config.get_property(name) for name, ours in OPTIONS.items()}
    return {name: value for name, value in values.items() if value not in (None, "", "auto")}


def edit(
    worker: Worker, target: canvas.Target, options: "dict[str, Any]", notify: Any
) -> "list[Gimp.Layer]":
    """Plan, read, edit, insert.

    Parameters
    ----------
    worker : Worker
        A running worker.
    target : canvas.Target
        What to edit.
    options : dict
        See docs/worker.md.
    notify : callable
        Takes name and parameters of the worker's notifications.

    Returns
    -------
    list of Gimp.Layer
        The new layers, the best first.
    """
    what = {"size": list(target.size), "options": options}
    plan = worker.call("plan", {**what, "selection": target.selection})
    box = canvas.Box(*plan["read"])
    pixels, selection = canvas.read(target, box, worker.folder)
    details = {"read": box, "pixels": pixels, "selection": selection}
    where = {"directory": str(worker.folder), "output": target.patch_format}
    answer = worker.call("edit", {**what, **details, **where}, notify)
    recipe = {"options": {k: v for k, v in options.items() if k != "prompt"}}
    recipe["journal"] = answer.get("journal")
    return canvas.insert(target, answer["patches"], layer_name(options), recipe)


def layer_name(options: "dict[str, Any]") -> str:
    """Name a layer after its prompt, shortly."""
    words = " ".join(options.get("prompt", "").split())
    if not words:
        return _("Fill")
    return words if len(words) <= 32 else words[:31].rstrip() + "…"


def _progress() -> Any:
    """Show the worker's progress where GIMP shows that of any plug-in."""
    Gimp.progress_init(_("Generative Fill"))

    def notify(_method: str, params: "dict[str, Any]") -> None:
        if params.get("text"):
            Gimp.progress_set_text(params["text"])
        if params.get("fraction") is None:
            Gimp.progress_pulse()
        else:
            Gimp.progress_update(params["fraction"])

    return notify


def _layers_returned(
    procedure: Gimp.Procedure, image: Gimp.Image, layers: "list[Gimp.Layer]"
) -> Gimp.ValueArray:
    """Return layers to the caller.

    PyGObject cannot make the array of objects that GIMP wants; a procedure of GIMP's own that
    returns exactly one does it instead.
    """
    active = image.get_selected_layers()
    image.set_selected_layers(layers)
    asked = Gimp.get_pdb().lookup_procedure("gimp-image-get-selected-layers")
    config = asked.create_config()
    config.set_property("image", image)
    values = asked.run(config)
    image.set_selected_layers(active)
    return values
