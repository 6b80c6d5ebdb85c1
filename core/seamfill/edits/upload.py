"""From region pixels to what leaves the machine: one resampling, the mask, small and fast PNGs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np

from seamfill.api import Upload
from seamfill.image.arrays import extend_edges
from seamfill.options.request import DEFAULT_GROW

if TYPE_CHECKING:
    from seamfill.endpoints.entries import MaskStyle
    from seamfill.geometry import Size
    from seamfill.image.arrays import FloatPixels, Pixels, SelectionMap

__all__ = ["flatten", "grown", "make_upload"]

# Of back-projection: more bring nothing that 8 bits could hold.
_ROUNDS = 4


def flatten(pixels: Pixels) -> tuple[Pixels, SelectionMap]:
    """Make region pixels opaque RGB.

    Transparent pixels take the colour of the nearest visible one: models see the colour below a
    transparent pixel, which is often black.

    Parameters
    ----------
    pixels : array of uint8, uint16 or float32, shape (h, w, 1 to 4)
        Region pixels as the source has them.

    Returns
    -------
    rgb : array, shape (h, w, 3)
        In the same type.
    missing : array of uint8, shape (h, w)
        255 where nothing was to be seen.
    """
    channels = pixels.shape[2]
    rgb = np.repeat(pixels[..., :1], 3, axis=2) if channels < 3 else pixels[..., :3]
    missing = np.zeros(pixels.shape[:2], np.uint8)
    if channels in (2, 4):
        missing[pixels[..., -1] == 0] = 255
    if not missing.any():
        return rgb, missing
    if missing.all():
        return np.full_like(rgb, 1.0 if rgb.dtype.kind == "f" else np.iinfo(rgb.dtype).max), missing
    return extend_edges(rgb, missing == 0), missing


def make_upload(
    rgb: Pixels,
    painted: SelectionMap,
    size: Size,
    markup: Pixels | None = None,
    mask_style: MaskStyle = "alpha",
) -> Upload:
    """Encode a region and its mask.

    Parameters
    ----------
    rgb : array of uint8, shape (h, w, 3)
        The region, opaque.
    painted : array of uint8, shape (h, w)
        Where the model may paint, 255, and where not, 0; see `grown`.
    size : Size
        Upload size in pixels.
    markup : array of uint8, shape (h, w, 4), optional
        What is drawn over the region.
    mask_style : {"alpha", "white", "none"}
        How the model wants the mask. ``"alpha"``: RGBA, alpha 0 over white = edit, alpha 255 over
        black = keep, so that one who reads alpha and one who reads brightness see the same.
        ``"white"``: grey, white = edit.

    Returns
    -------
    Upload
        Without a mask where none is wanted, and where all of the region is to be painted, since a
        mask that keeps nothing says nothing and some endpoints refuse it.
    """
    with ThreadPoolExecutor(1) as pool:
        image = pool.submit(lambda: _encode_png(_resized(rgb, size)))
        masked = mask_style != "none" and not painted.all()
        mask = _encode_mask(_resized_mask(painted, size), mask_style) if masked else None
        drawn = None if markup is None else _encode_markup(_resized(markup, size))
        return Upload(image=image.result(), mask=mask, size=size, markup=drawn)


def _resized(pixels: Pixels, size: Size) -> Pixels:
    """Scale a region or its markup."""
    height, width = pixels.shape[:2]
    if (width, height) == size:
        return pixels
    if size.w < width or size.h < height:
        return _reduced(pixels, size)
    if pixels.shape[2] == 3:
        return _enlarged(pixels, size)
    return _cubic(pixels, size)


def _reduced(pixels: Pixels, size: Size) -> Pixels:
    """By Lanczos' kernel, widened by the scale so that nothing finer than a pixel aliases."""
    from PIL import Image

    whole = Image.fromarray(np.ascontiguousarray(pixels))
    return np.asarray(whole.resize(size, Image.Resampling.LANCZOS))


def _enlarged(rgb: Pixels, size: Size) -> Pixels:
    """So that the fit's way back gives the region again (back-projection: Irani and Peleg 1991).

    A cubic kernel alone loses what no answer can bring back. Clipping within the loop keeps bright
    and dark edges from being sharpened beyond what 8 bits hold.
    """
    import cv2

    from seamfill.fit.transform import as_float

    region = as_float(np.ascontiguousarray(rgb))
    enlarged = _cubic(region, size)
    for _ in range(_ROUNDS):
        enlarged += _cubic(cv2.subtract(region, _back(enlarged, rgb)), size)
        np.clip(enlarged, 0, 1, out=enlarged)
    rounded: Pixels = cv2.convertScaleAbs(enlarged, alpha=255)
    return rounded


def _back(enlarged: FloatPixels, rgb: Pixels) -> FloatPixels:
    """What the fit makes of an answer that is the upload."""
    import cv2

    from seamfill.fit.transform import laid_over, resample, samples_of, size_of

    size, large = size_of(rgb), size_of(enlarged)
    if large.w % size.w == 0 and large.h % size.h == 0:
        # The same where the scale is a whole number, and quicker.
        reduced: FloatPixels = cv2.resize(enlarged, size, interpolation=cv2.INTER_AREA)
        return reduced
    base = laid_over(size, large)
    return resample(enlarged, base, size, samples_of(base))


def _cubic(pixels: Pixels, size: Size) -> Pixels:
    import cv2

    cubic: Pixels = cv2.resize(np.ascontiguousarray(pixels), size, interpolation=cv2.INTER_CUBIC)
    return cubic


def _resized_mask(mask: SelectionMap, size: Size) -> SelectionMap:
    import cv2

    height, width = mask.shape
    if (width, height) == size:
        return mask
    # A pixel of the upload is editable as soon as any part of it is: linear sampling alone would
    # step over narrow parts where it shrinks.
    reach = np.ones((2 * -(-height // size.h) - 1, 2 * -(-width // size.w) - 1), np.uint8)
    resized = cv2.resize(cv2.dilate(mask, reach), size, interpolation=cv2.INTER_LINEAR)
    scaled: SelectionMap = ((resized > 0) * 255).astype(np.uint8)
    return scaled


def grown(editable: SelectionMap, grow: int | None = None) -> SelectionMap:
    """Where the model may paint: what is to be edited, and a little around it.

    Parameters
    ----------
    editable : array of uint8, shape (h, w)
        What is to be edited: anything but 0.
    grow : int, optional
        By how many pixels it is grown; `DEFAULT_GROW` if omitted.

    Returns
    -------
    array of uint8, shape (h, w)
        255 or 0.
    """
    import cv2

    radius = DEFAULT_GROW if grow is None else grow
    keep: SelectionMap = (editable == 0).astype(np.uint8)
    if radius <= 0 or not keep.any() or keep.all():
        return np.where(keep, np.uint8(0), np.uint8(255))
    distance = cv2.distanceTransform(keep, cv2.DIST_L2, cv2.DIST_MASK_5)
    painted: SelectionMap = ((distance <= radius) * 255).astype(np.uint8)
    return painted


def _encode_png(rgb: Pixels) -> bytes:
    """PNG as fast as zlib goes on photographs: average filter and no string matching."""
    import cv2

    options = [
        cv2.IMWRITE_PNG_COMPRESSION, 1,
        cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_AVG,
        cv2.IMWRITE_PNG_STRATEGY, cv2.IMWRITE_PNG_STRATEGY_RLE,
    ]  # fmt: skip
    _ok, data = cv2.imencode(".png", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), options)
    return bytes(data)


def _encode_markup(rgba: Pixels) -> bytes:
    import cv2

    _ok, data = cv2.imencode(".png", cv2.cvtColor(rgba, cv2.COLOR_RGBA2BGRA))
    return bytes(data)


def _encode_mask(editable: SelectionMap, style: MaskStyle) -> bytes:
    import cv2

    mask = editable if style == "white" else cv2.merge([editable] * 3 + [255 - editable])
    options = [cv2.IMWRITE_PNG_COMPRESSION, 1, cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_NONE]
    _ok, data = cv2.imencode(".png", mask, options)
    return bytes(data)
