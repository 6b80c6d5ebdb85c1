"""A small picture of exactly what an edit would send, with the selection marked on it."""

from typing import Any

from gi.repository import GdkPixbuf, GLib, Gtk

import canvas
from dialogs.widgets import money, named, screen_side, show_picture
from edits import spending
from text.i18n import _

__all__ = ["Preview", "marked"]

SIDE = 256
MARK = (0xE0, 0x30, 0x50)
"""Colour laid over the selection."""
SHADE = 0x000000B0
"""Laid over what lies between the parts that are sent and stays on this machine."""


class Preview:
    """The picture, and beneath it what is sent and for how much."""

    def __init__(self) -> None:
        self._picture = named(Gtk.Image(), _("What is sent"))
        self._picture.set_size_request(SIDE, SIDE)
        self._text = Gtk.Label(xalign=0.0, yalign=0.0, wrap=True, max_width_chars=34)
        self._text.set_size_request(-1, 72)
        frame = Gtk.Frame(shadow_type=Gtk.ShadowType.IN)
        frame.add(self._picture)
        self.widget = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=6)
        self.widget.pack_start(frame, False, False, 0)
        self.widget.pack_start(self._text, False, False, 0)

    def show_plan(self, subject: canvas.Subject, plan: "dict[str, Any]") -> None:
        """Show what a plan would send."""
        uploads = plan["uploads"]
        if uploads:
            side = screen_side(self._picture, SIDE)
            regions = [canvas.Box(*upload["region"]) for upload in uploads]
            picture = marked(subject, canvas.Box(*plan["read"]), regions, side)
            show_picture(self._picture, picture, SIDE)
        lines = (*_everything(subject), *_sizes(uploads), *_cost(plan.get("cost_usd")))
        self._text.set_text("\n".join((*lines, *plan.get("problems", ()))))

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


def marked(
    subject: canvas.Subject, box: canvas.Box, regions: "list[canvas.Box]", side: int
) -> GdkPixbuf.Pixbuf:
    """Make a small picture of what is sent, the selection coloured, and the rest in the dark.

    Parameters
    ----------
    subject : canvas.Subject
    box : canvas.Box
        What is shown, in source pixels.
    regions : list of canvas.Box
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


def _scaled(region: canvas.Box, box: canvas.Box, width: int, height: int) -> canvas.Box:
    """Find the part of a small picture of `box` that a region covers."""
    across, down = width / box.w, height / box.h
    left, top = (max(0, round(v)) for v in ((region.x - box.x) * across, (region.y - box.y) * down))
    right = min(width, round((region.x + region.w - box.x) * across))
    bottom = min(height, round((region.y + region.h - box.y) * down))
    return canvas.Box(left, top, max(0, right - left), max(0, bottom - top))


def _everything(subject: canvas.Subject) -> "list[str]":
    """Say so where all will be changed, which nobody may have meant."""
    if subject.selection is not None:
        return []
    if subject.layer is None:
        return [_("Nothing is selected: the whole image is edited.")]
    return [_("Nothing is selected: the whole layer is edited.")]


def _sizes(uploads: "list[dict[str, Any]]") -> "list[str]":
    if len(uploads) > 1:
        return [_("Sent in {count} parts, one after the other.").format(count=len(uploads))]
    lines = []
    for upload in uploads:
        _x, _y, width, height = upload["region"]
        sent = upload["size"]
        region, size = f"{width}\u00a0×\u00a0{height}", f"{sent[0]}\u00a0×\u00a0{sent[1]}"
        if [width, height] == sent:
            lines.append(_("Sends {size} pixels as they are.").format(size=size))
        else:
            lines.append(
                _("Sends {region} pixels, scaled to {size}.").format(region=region, size=size)
            )
    return lines


def _cost(cost: "float | None") -> "list[str]":
    if cost is None:
        lines = [_("Cost: not known for this model.")]
    elif cost == 0:
        lines = [_("Cost: free.")]
    else:
        lines = [_("Cost: about {money}.").format(money=money(cost))]
    spent = spending.spent()
    if spent.last and spent.exact:
        lines.append(_("Last edit: {money}.").format(money=money(spent.last)))
    elif spent.last:
        lines.append(_("Last edit: about {money}.").format(money=money(spent.last)))
    if spent.session:
        lines.append(_("This session: {money}.").format(money=money(spent.session)))
    return lines
