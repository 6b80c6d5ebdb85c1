"""A small picture of exactly what an edit would send, with the selection marked on it."""

from gi.repository import GdkPixbuf, GLib, Gtk

import canvas
from dialogs.widgets import named, screen_side, show_picture
from edits import spending, words
from text.i18n import _
from worker.messages import Box, PlanAnswer

__all__ = ["Preview", "marked"]

SIDE = 256
MARK = (0xE0, 0x30, 0x50)
"""Colour laid over the selection."""
SHADE = 0x000000B0
"""Laid over what lies between the parts that are sent and stays on this machine."""


class Preview:
    """What is sent and for how much, or why nothing is, and beneath it the picture."""

    def __init__(self) -> None:
        self._picture = named(Gtk.Image(), _("What is sent"))
        self._picture.set_size_request(SIDE, SIDE)
        self._text = Gtk.Label(xalign=0.0, yalign=0.0, wrap=True, max_width_chars=34)
        self._text.set_size_request(-1, 32)
        frame = Gtk.Frame(shadow_type=Gtk.ShadowType.IN)
        frame.add(self._picture)
        self.widget = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=6)
        self.widget.pack_start(self._text, False, False, 0)
        self.widget.pack_start(frame, False, False, 0)

    def show_plan(self, subject: canvas.Subject, plan: PlanAnswer) -> None:
        """Show what a plan would send."""
        if plan.uploads:
            side = screen_side(self._picture, SIDE)
            regions = [upload.region for upload in plan.uploads]
            picture = marked(subject, plan.read, regions, side)
            show_picture(self._picture, picture, SIDE)
        whole = "" if subject.selection is not None else "layer" if subject.layer else "image"
        self._text.set_text("\n".join(words.of_plan(plan, spending.spent(), whole)))

    def show_problem(self, text: str) -> None:
        """Say why there is no plan."""
        self._text.set_text(text)

    def show_partial(self, path: str) -> None:
        """Show an unfinished answer."""
        side = screen_side(self._picture, SIDE)
        try:
            picture = GdkPixbuf.Pixbuf.new_from_file_at_size(path, side, side)
        except GLib.Error:  # a preview is not worth a message
            return
        show_picture(self._picture, picture, SIDE)


def marked(subject: canvas.Subject, box: Box, regions: "list[Box]", side: int) -> GdkPixbuf.Pixbuf:
    """Make a small picture of what is sent, the selection coloured, and the rest in the dark.

    Parameters
    ----------
    subject : canvas.Subject
    box : Box
        What is shown, in source pixels.
    regions : list of Box
        The parts of it that are sent.
    side : int
        The longest side of the picture, at most, in pixels.
    """
    picture, selected = canvas.read_small(subject, box, side)
    width, height = picture.get_width(), picture.get_height()
    if selected is not None:
        mark = bytearray(bytes((*MARK, 0)) * (width * height))
        mark[3::4] = selected
        _lay_over(picture, canvas.pixbuf(bytes(mark), width, height), 140)
    if len(regions) > 1:
        bright, shade = picture.copy(), picture.copy()
        shade.fill(SHADE)
        _lay_over(picture, shade, 255)
        for region in regions:
            x, y, w, h = _scaled(region, box, width, height)
            bright.copy_area(x, y, w, h, picture, x, y)
    return picture


def _lay_over(picture: GdkPixbuf.Pixbuf, cover: GdkPixbuf.Pixbuf, alpha: int) -> None:
    width, height = picture.get_width(), picture.get_height()
    nearest = GdkPixbuf.InterpType.NEAREST
    cover.composite(picture, 0, 0, width, height, 0, 0, 1, 1, nearest, alpha)


def _scaled(region: Box, box: Box, width: int, height: int) -> Box:
    """Find the part of a small picture of `box` that a region covers."""
    across, down = width / box.w, height / box.h
    left, top = (max(0, round(v)) for v in ((region.x - box.x) * across, (region.y - box.y) * down))
    right = min(width, round((region.x + region.w - box.x) * across))
    bottom = min(height, round((region.y + region.h - box.y) * down))
    return Box(left, top, max(0, right - left), max(0, bottom - top))
