"""What somebody painted on a layer mask, carried over to a mask that was made anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from seamfill.image.arrays import SelectionMap

__all__ = ["carried_over"]


def carried_over(made: SelectionMap, painted: SelectionMap, new: SelectionMap) -> SelectionMap:
    """Paint a new mask as another one was painted.

    Where the painted mask is darker than it was made, somebody painted black with some opacity,
    and where it is lighter, white. That opacity follows from the two, and the new mask is painted
    with it: what was painted out or in wholly stays so, whatever the new mask is, and what was not
    painted is as it is made now.

    Parameters
    ----------
    made, painted : array of uint8, shape (h, w)
        A mask as it was made, and after it was painted on.
    new : array of uint8, shape (h, w)
        The mask that was made anew.

    Returns
    -------
    array of uint8, shape (h, w)
    """
    before, after = made.astype(np.float32), painted.astype(np.float32)
    darker, lighter = after < before, after > before
    left = np.divide(after, before, out=np.ones_like(before), where=darker)
    let = np.divide(255 - after, 255 - before, out=np.ones_like(before), where=lighter)
    result = np.where(lighter, 255 - (255 - new.astype(np.float32)) * let, new * left)
    mask: SelectionMap = np.rint(result).astype(np.uint8)
    return mask
