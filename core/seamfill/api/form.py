"""Fields and files, encoded as one multipart body (RFC 7578)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from seamfill.api.validation import choices
from seamfill.errors import BadInput
from seamfill.image.references import read_reference

if TYPE_CHECKING:
    from seamfill.api.upload import Upload
    from seamfill.endpoints import Model
    from seamfill.endpoints.entries import MaskStyle
    from seamfill.endpoints.target import Target
    from seamfill.geometry import Size
    from seamfill.options import EditRequest

__all__ = ["FilePart", "WireRequest", "build", "mask_style", "split"]


@dataclass(frozen=True)
class FilePart:
    """One file of a form.

    Parameters
    ----------
    name : str
        The field's.
    filename : str
        Endings count: some servers go by them.
    content_type : str
    data : bytes
    """

    name: str
    filename: str
    content_type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class WireRequest:
    """One request as it travels.

    Parameters
    ----------
    fields : tuple of (str, str)
        Text fields; they come first.
    files : tuple of FilePart
    number, count : int
        Which request of the edit this is, from 1, and how many there are.
    boundary : str
        Separates the parts; 128 random bits, so that no file can hold it.
    """

    fields: tuple[tuple[str, str], ...]
    files: tuple[FilePart, ...]
    number: int = 1
    count: int = 1
    boundary: str = field(default_factory=lambda: secrets.token_hex(16))

    @property
    def content_type(self) -> str:
        """The header of that name."""
        return f"multipart/form-data; boundary={self.boundary}"

    @cached_property
    def body(self) -> bytes:
        """All parts, encoded."""
        pieces: list[bytes] = []
        for name, value in self.fields:
            pieces += [self._head(f'name="{_quoted(name)}"'), b"\r\n", value.encode(), b"\r\n"]
        for file in self.files:
            disposition = f'name="{_quoted(file.name)}"; filename="{_quoted(file.filename)}"'
            head = self._head(disposition) + f"Content-Type: {file.content_type}\r\n".encode()
            pieces += [head, b"\r\n", file.data, b"\r\n"]
        pieces.append(f"--{self.boundary}--\r\n".encode())
        return b"".join(pieces)

    def value(self, name: str) -> str | None:
        """The value of a text field, or None where it is not sent.

        Parameters
        ----------
        name : str

        Returns
        -------
        str or None
        """
        return next((value for key, value in self.fields if key == name), None)

    def without(self, *names: str) -> WireRequest:
        """The same request without some text fields."""
        return replace(self, fields=tuple(pair for pair in self.fields if pair[0] not in names))

    def _head(self, disposition: str) -> bytes:
        return f"--{self.boundary}\r\nContent-Disposition: form-data; {disposition}\r\n".encode()


def _quoted(text: str) -> str:
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


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


def mask_style(target: Target, *, markup: bool = False) -> MaskStyle:
    """In which form a mask goes out.

    Parameters
    ----------
    target : Target
    markup : bool
        Whether something is drawn over the picture; no model takes that together with a mask.

    Returns
    -------
    {"alpha", "white", "none"}
        As in `Model.mask`.
    """
    return "none" if markup and "markup" not in target.endpoint.drops else target.model.mask


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
    references = [read_reference(path) for path in request.references]
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
    style = mask_style(target, markup=upload.markup is not None)
    if upload.mask is not None and style != "none":
        _check_length("The mask", len(upload.mask), model.max_mask_bytes, model)
        files.append(FilePart(target.endpoint.mask_field, "mask.png", "image/png", upload.mask))
    elif upload.markup is not None and "markup" not in target.endpoint.drops:
        files.append(FilePart("markup", "markup.png", "image/png", upload.markup))
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
            advice="selection",
        )
