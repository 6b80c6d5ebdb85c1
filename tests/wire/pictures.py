"""Pictures for uploads, drawn by code."""

from __future__ import annotations

import io

import numpy as np
import numpy.typing as npt
from PIL import Image

from seamfill.api import Upload
from seamfill.geometry import Size


def drawn(w: int, h: int) -> npt.NDArray[np.uint8]:
    """Gradients, so that every pixel says where it is."""
    y, x = np.mgrid[:h, :w]
    return np.stack([x * 255 // w, y * 255 // h, (x + y) % 256], -1).astype(np.uint8)


def encoded(pixels: npt.NDArray[np.uint8], form: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, form)
    return file.getvalue()


def mask(w: int, h: int) -> npt.NDArray[np.uint8]:
    """A hole in the middle, in both meanings."""
    pixels = np.zeros((h, w, 4), np.uint8)
    pixels[..., 3] = 255
    pixels[h // 4 : 3 * h // 4, w // 4 : 3 * w // 4] = (255, 255, 255, 0)
    return pixels


def mask_file(w: int = 64, h: int = 48) -> bytes:
    return encoded(mask(w, h))


def upload(w: int = 64, h: int = 48) -> Upload:
    return Upload(encoded(drawn(w, h)), encoded(mask(w, h)), Size(w, h))


def noisy_upload(w: int = 1024, h: int = 1024) -> Upload:
    """One that is far larger than what the network buffers."""
    noise = np.random.default_rng(0).integers(0, 256, (h, w, 3), np.uint8)
    return Upload(encoded(noise), encoded(mask(w, h)), Size(w, h))
