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
        if run_mode == Gimp.RunMode.INTERACTIVE:
            layers = _ask_and_fill(procedure, config, target, worker)
        else:
            layers = edit(worker, target, options_of(config), _progress())
    finally:
        worker.close()
    Gimp.displays_flush()
    return _layers_returned(procedure, image, layers)


def _ask_and_fill(
    procedure: Gimp.Procedure, config: Gimp.ProcedureConfig, target: canvas.Target, worker: Worker
) -> "list[Gimp.Layer]":
    """Show the dialog; only here is anything with windows imported."""
    import gi

    gi.require_version("GimpUi", "3.0")
    gi.require_version("Gtk", "3.0")
    from gi.repository import GimpUi

    GimpUi.init("seamfill")
    from dialog import ask_and_fill

    return ask_and_fill(procedure, config, target, worker)


def options_of(config: Gimp.ProcedureConfig) -> "dict[str, Any]":
    """Collect the arguments as the worker's options; what is empty or auto is left out."""
    values = {ours: config.get_property(name) for name, ours in OPTIONS.items()}
    return {name: value for name, value in values.items() if value not in (None, "", "auto")}


def edit(
    worker: Worker,
    target: canvas.Target,
    options: "dict[str, Any]",
    notify: Any,
    began: Any = None,
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
    began : callable, optional
        Takes the id of the worker's request once the edit has begun, for `Worker.cancel`.

    Returns
    -------
    list of Gimp.Layer
        The new layers, the best first.
    """
    params = plan_params(target, options)
    plan = worker.call("plan", params)
    box = canvas.Box(*plan["read"])
    details = {"read": box, **canvas.read(target, box, worker.folder)}
    where = {"directory": str(worker.folder), "output": target.patch_format}
    answer = worker.call("edit", {**params, **details, **where}, notify, began)
    recipe = {k: v for k, v in answer["recipe"].items() if k != "prompt"}
    about = {"recipe": recipe, "journal": answer["journal"]}
    layers = canvas.insert(target, answer["patches"], layer_name(options), about)
    worker.request("used", {"journal": answer["journal"]}, lambda *_: None)
    return layers


def plan_params(target: canvas.Target, options: "dict[str, Any]") -> "dict[str, Any]":
    """Say what the worker's ``plan`` needs to know."""
    return {"size": target.size, "selection": target.selection, "options": options}


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
