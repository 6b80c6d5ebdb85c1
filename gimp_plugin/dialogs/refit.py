"""The dialog of Refit Layer: what is changed is seen on the canvas at once."""

from gi.repository import Gimp, GimpUi, Gtk

from dialogs.fitting import Fitting
from dialogs.refitting import Refitting
from dialogs.widgets import help_link
from edits.refit import Job
from errors import Cancelled
from text.i18n import _
from worker.messages import PatchFiles

__all__ = ["ask"]


def ask(procedure: Gimp.Procedure, config: Gimp.ProcedureConfig, job: Job) -> PatchFiles:
    """Let the user find the fit that looks best.

    Returns
    -------
    PatchFiles
        What is to take the layer's place.

    Raises
    ------
    Problem, Cancelled
        If there is none; the image is as it was then.
    """
    window = GimpUi.ProcedureDialog.new(procedure, config, _("Refit Layer"))
    window.set_ok_label(_("Re_fit"))
    refitting = Refitting(procedure, config, job)
    box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=6, border_width=12)
    if job.layer not in job.subject.image.get_selected_layers():
        text = _("The newest result: {name}").format(name=job.layer.get_name())
        newest = Gtk.Label(label=text, xalign=0.0, wrap=True, max_width_chars=44)
        box.pack_start(newest, False, False, 0)
    box.pack_start(refitting.widget, False, False, 0)
    box.pack_start(help_link("refit"), False, False, 0)
    fitting = Fitting(box)
    fitting.show_all()
    window.get_content_area().pack_start(fitting, True, True, 0)
    try:
        if not window.run():
            raise Cancelled
        return refitting.patch()
    finally:
        refitting.close()
        window.destroy()
