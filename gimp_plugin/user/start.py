"""Whether the user has said how Seamfill is to fill."""

from user.files import never_failing, read, write

__all__ = ["chosen", "was_chosen"]


def was_chosen() -> bool:
    """Whether it need not be asked any more."""
    return read("start").get("chosen") is True


def chosen() -> None:
    """Take note that it need not be asked any more."""
    with never_failing():
        write("start", {"chosen": True})
