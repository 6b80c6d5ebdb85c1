"""From an edit request and encoded pictures to what travels."""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING

from seamfill.errors import BadInput
from seamfill.request.multipart import FilePart, WireRequest
from seamfill.request.validation import choices

if TYPE_CHECKING:
    from pathlib import Path

    from PIL.Image import Image

    from seamfill.catalog import Model
    from seamfill.geometry import Size
    from seamfill.request.edit import EditRequest, Upload
    from seamfill.settings import Target

__all__ = ["build", "split"]

_REFERENCE_FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "GIF", "BMP")
_MOST_REFERENCE_PIXELS = 100_000_000  # far more than any model looks at
_PERSONAL = {"exif", "xmp", "comment", "photoshop"}
"""What Pillow calls parts of a file that tell more than the picture; texts do too."""


def split(request: EditRequest, target: Target) -> list[int]:
    """How many answers each request asks for.

    Parameters
    ----------
    request : EditRequest
    target : Target

    Returns
    -------
    list of int
        Each at most what the model takes; together `request.n`.
    """
    full, rest = divmod(request.n, target.model.max_n)
    return [target.model.max_n] * full + [rest] * (rest > 0)


def build(
    request: EditRequest, target: Target, upload: Upload, n: int, number: int = 1, count: int = 1
) -> WireRequest:
    """Turn an upload into multipart fields.

    Parameters
    ----------
    request : EditRequest
        Validated.
    target : Target
    upload : Upload
    n : int
        Answers to ask for.
    number, count : int
        Which request of the edit this is, from 1, and how many there are.

    Returns
    -------
    WireRequest

    Raises
    ------
    BadInput
        If a file is larger than the model takes, or cannot be read.
    """
    model = target.model
    references = [_reference(path) for path in request.references]
    pictures = [(upload.image, "png"), *references]
    for data, _ in pictures:
        _check_length("An image", len(data), model.max_image_bytes, model)
    field = target.endpoint.image_field
    if field == "auto":
        field = "image" if len(pictures) == 1 else "image[]"
    files = [
        FilePart(field, _name("image", number, ending, len(pictures)), f"image/{ending}", data)
        for number, (data, ending) in enumerate(pictures, 1)
    ]
    if upload.markup is not None and "markup" not in target.endpoint.drops:
        # No model takes it together with a mask.
        files.append(FilePart("markup", "markup.png", "image/png", upload.markup))
    elif upload.mask is not None and model.mask != "none":
        mask = _white_mask(upload.mask) if model.mask == "white" else upload.mask
        _check_length("The mask", len(mask), model.max_mask_bytes, model)
        files.append(FilePart(target.endpoint.mask_field, "mask.png", "image/png", mask))
    return WireRequest(_fields(request, target, upload.size, n), tuple(files), number, count)


def _fields(
    request: EditRequest, target: Target, size: Size, n: int
) -> tuple[tuple[str, str], ...]:
    model = target.model
    fields = {"prompt": request.prompt}
    if model.named:
        fields["model"] = model.name
    if model.max_n > 1:
        fields["n"] = str(n)
    if model.size_field == "size":
        fields["size"] = f"{size.w}x{size.h}"
    elif model.size_field == "aspect_ratio":
        fields["aspect_ratio"] = _aspect(size, model)
    for name, allowed in choices(model).items():
        value = getattr(request, name)
        if allowed and value not in {None, "auto"}:
            fields[name] = value
    if request.output_compression is not None:
        fields["output_compression"] = str(request.output_compression)
    if request.safety_identifier is not None and model.safety_identifier:
        fields[target.endpoint.identifier_field] = request.safety_identifier
    if request.stream and model.stream:
        fields["stream"] = "true"
        if request.partial_images is not None:
            fields["partial_images"] = str(request.partial_images)
    return tuple({**fields, **target.endpoint.extra}.items())


def _aspect(size: Size, model: Model) -> str:
    """The ratio nearest to a size, such as ``"16:9"``."""

    def distance(ratio: str) -> float:
        w, _, h = ratio.partition(":")
        difference = size.w / size.h / (int(w) / int(h))
        return max(difference, 1 / difference)

    return min(model.aspects, key=distance)


def _name(stem: str, number: int, ending: str, count: int) -> str:
    return f"{stem}.{ending}" if count == 1 else f"{stem}-{number}.{ending}"


def _check_length(what: str, length: int, limit: int, model: Model) -> None:
    if length > limit:
        raise BadInput(
            f"{what} has {length / 1e6:.1f} MB; {model.title} takes at most {limit / 1e6:.0f} MB.",
            "Use a smaller selection, less context, or a smaller size.",
        )


def _reference(path: Path) -> tuple[bytes, str]:
    """A reference's bytes and type: as they are where servers read that and nothing else is in it.

    Photographs carry where and by whom they were taken, and which way up they are; models need
    only the picture, upright.
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


def _white_mask(mask: bytes) -> bytes:
    """The mask for servers that read one grey channel, white = edit."""
    from PIL import Image, ImageChops

    with Image.open(io.BytesIO(mask)) as image:
        alpha = image.getchannel("A")
    encoded = io.BytesIO()
    ImageChops.invert(alpha).save(encoded, "PNG", compress_level=1)
    return encoded.getvalue()
