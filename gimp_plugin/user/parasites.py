"""What Seamfill attaches to a running GIMP and to layers: values as JSON in parasites.

In Python, GIMP takes the bytes of a parasite as numbers from -128 to 127 and gives them back so,
where 0 to 255 might be expected. The JSON is plain ASCII, whose bytes are the same in both.
"""

import json
from typing import Any

__all__ = ["attach", "find"]


def attach(owner: Any, name: str, value: object, flags: int = 0) -> None:
    """Attach a value, in the place of what was there under that name.

    Parameters
    ----------
    owner : Gimp.Image, Gimp.Item or None
        What it is attached to; None for the running GIMP.
    name : str
    value : object
        Anything that JSON can hold.
    flags : int, optional
        GIMP's, such as ``Gimp.PARASITE_PERSISTENT``.
    """
    from gi.repository import Gimp

    parasite = Gimp.Parasite.new(name, flags, list(json.dumps(value).encode("ascii")))
    (Gimp if owner is None else owner).attach_parasite(parasite)


def find(owner: Any, name: str) -> object:
    """Find what was attached under a name; None where there is nothing that can be read."""
    if owner is None:
        from gi.repository import Gimp

        owner = Gimp
    parasite = owner.get_parasite(name)
    if parasite is None:
        return None
    try:
        found: object = json.loads(bytes(value & 0xFF for value in parasite.get_data()))
    except ValueError:
        return None
    return found
