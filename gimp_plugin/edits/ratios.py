"""How a canvas grows to a ratio of its sides; needs nothing of GIMP."""

__all__ = ["RATIOS", "sides_for"]

RATIOS = ("1:1", "5:4", "4:3", "3:2", "16:9", "21:9", "4:5", "3:4", "2:3", "9:16")
"""Width to height, as pictures are shown and printed."""


def sides_for(size: "tuple[int, int]", ratio: str) -> "tuple[int, int, int, int]":
    """Tell how far a canvas reaches beyond a picture in its middle, and no farther than it has to.

    Parameters
    ----------
    size : (int, int)
        The picture's width and height in pixels.
    ratio : str
        Such as ``"16:9"``.

    Returns
    -------
    (int, int, int, int)
        Pixels to the left, top, right and bottom.
    """
    width, height = size
    across, down = (int(part) for part in ratio.split(":"))
    wide = max(width, -(-height * across // down))
    high = max(height, -(-width * down // across))
    left, top = (wide - width) // 2, (high - height) // 2
    return left, top, wide - width - left, high - height - top
