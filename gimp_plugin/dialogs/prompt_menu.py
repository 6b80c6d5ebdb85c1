"""Former prompts and favourites, in a menu beside the prompt."""

from collections.abc import Callable

from gi.repository import Gtk

from dialogs.widgets import named
from text.i18n import _
from user.prompts import favourites, prompts, set_favourite

__all__ = ["history_button"]

LONGEST = 60
"""Letters of a prompt that the menu shows."""


def history_button(prompt: Callable[[], str], use: Callable[[str], None]) -> Gtk.Widget:
    """Make a button with a menu of prompts.

    Parameters
    ----------
    prompt : callable
        Tells the present prompt.
    use : callable
        Takes the prompt that the user chose.
    """
    menu = Gtk.Menu()
    menu.connect("show", lambda _menu: _fill(menu, prompt().strip(), use))
    _fill(menu, "", use)  # GTK shows no menu that is empty
    button = Gtk.MenuButton(popup=menu, relief=Gtk.ReliefStyle.NONE)
    button.add(Gtk.Image.new_from_icon_name("document-open-recent", Gtk.IconSize.MENU))
    button.set_tooltip_text(_("Former prompts and favourites"))
    return named(button, _("Former prompts and favourites"))


def _fill(menu: Gtk.Menu, prompt: str, use: Callable[[str], None]) -> None:
    for item in menu.get_children():
        menu.remove(item)
    kept = favourites()
    former = [text for text in prompts() if text not in kept]
    for text in kept:
        menu.append(_item(f"★ {_shortened(text)}", use, text))
    if kept and former:
        menu.append(Gtk.SeparatorMenuItem())
    for text in former:
        menu.append(_item(_shortened(text), use, text))
    if kept or former:
        menu.append(Gtk.SeparatorMenuItem())
    known = prompt in kept
    title = (
        _("Remove This Prompt from the _Favourites")
        if known
        else _("Add This Prompt to the _Favourites")
    )
    keep = _item(title, lambda text: set_favourite(text, not known), prompt)
    keep.set_use_underline(True)
    keep.set_sensitive(bool(prompt))
    menu.append(keep)
    menu.show_all()


def _item(label: str, use: Callable[[str], None], text: str) -> Gtk.MenuItem:
    item = Gtk.MenuItem(label=label)
    item.connect("activate", lambda _item: use(text))
    return item


def _shortened(prompt: str) -> str:
    words = " ".join(prompt.split())
    return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"
