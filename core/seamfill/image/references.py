"""Reference pictures as they are sent: the picture, and nothing else that its file tells."""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING

from seamfill.errors import BadInput

if TYPE_CHECKING:
    from pathlib import Path

    from PIL.Image import Image

__all__ = ["read_reference"]

_REFERENCE_FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "GIF", "BMP")
_MOST_REFERENCE_PIXELS = 100_000_000  # far more than any model looks at
_PERSONAL = {"exif", "xmp", "comment", "photoshop"}
"""What Pillow calls parts of a file that tell more than the picture; texts do too."""


def read_reference(path: Path) -> tuple[bytes, str]:
    """A reference's bytes and type: as they are where servers read that and nothing else is in it.

    Photographs carry where and by whom they were taken, and which way up they are; models need
    only the picture, upright.

    Parameters
    ----------
    path : Path

    Returns
    -------
    data : bytes
    kind : str
        ``"png"``, ``"jpeg"`` or ``"webp"``.

    Raises
    ------
    BadInput
        If it cannot be read, or has too many pixels.
    """
    from PIL import Image

    try:
        data = path.read_bytes()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # codecs warn of what is refused or does no harm
            with Image.open(io.BytesIO(data), formats=_REFERENCE_FORMATS) as image:
                if image.width * image.height > _MOST_REFERENCE_PIXELS:
                    raise BadInput(
                        f"The reference {path.name} is {image.width} × {image.height} pixels.",
                        f"Scale it to {_MOST_REFERENCE_PIXELS // 1_000_000} megapixels or less.",
                    )
                image.load()  # all of what it carries is known, and whether it is whole
                return _picture_alone(image, data)
    except BadInput:
        raise
    except Exception as error:  # codecs raise whatever they like on bytes from anybody
        raise BadInput(
            f"The reference {path} is not a picture that can be read.",
            "Use a PNG, JPEG or WebP that opens in other programs.",
        ) from error


def _picture_alone(image: Image, data: bytes) -> tuple[bytes, str]:
    from PIL import ImageOps

    animated = getattr(image, "is_animated", False)
    kind = image.format if image.format in {"PNG", "JPEG", "WEBP"} else None
    texts = {name for name, value in image.info.items() if isinstance(value, str)}
    if kind and not animated and not (_PERSONAL & set(image.info) or texts):
        return data, kind.lower()
    upright = ImageOps.exif_transpose(image)
    encoded = io.BytesIO()
    colours = {"icc_profile": image.info.get("icc_profile")}
    if kind == "JPEG":
        upright.save(encoded, kind, quality=95, exif=b"", xmp=b"", comment=b"", **colours)
        return encoded.getvalue(), "jpeg"
    if upright.mode.startswith("I"):  # 16 bits of grey
        upright = upright.point(lambda value: value / 257).convert("L")
    upright = upright.convert("RGBA" if image.has_transparency_data else "RGB")
    upright.info.clear()
    upright.save(encoded, "PNG", **colours)
    return encoded.getvalue(), "png"
