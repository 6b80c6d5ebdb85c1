"""What was posted: a form, or a document that says the same."""

from __future__ import annotations

import binascii
import io
import json
from base64 import b64decode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import multipart

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["File", "Form", "RefusedError", "read_form"]

_MAX_URL = 20_971_520  # characters of a picture inside a document


class RefusedError(Exception):
    """A request that the real endpoint would refuse."""

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        param: str | None = None,
        status: int = 400,
        kind: str = "invalid_request_error",
    ) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"error": {"message": message, "type": kind, "param": param, "code": code}}


@dataclass(frozen=True)
class File:
    """One file of a form."""

    name: str
    filename: str
    content_type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class Form:
    """What was posted, in its order."""

    fields: tuple[tuple[str, str], ...]
    files: tuple[File, ...]

    def value(self, name: str, default: str = "") -> str:
        """A text field.

        Parameters
        ----------
        name : str
        default : str
            Where the form has no such field.

        Returns
        -------
        str
        """
        return next((value for key, value in self.fields if key == name), default)

    def named(self, *names: str) -> list[File]:
        """Files by the names of their fields."""
        return [file for file in self.files if file.name in names]


def read_form(content_type: str, body: bytes) -> Form:
    """Take a body apart: a multipart form, or a JSON document.

    Parameters
    ----------
    content_type : str
        The header.
    body : bytes

    Raises
    ------
    RefusedError
        If it is neither.
    """
    kind, options = multipart.parse_options_header(content_type)
    if kind == "application/json":
        return _read_document(body)
    if kind != "multipart/form-data" or not options.get("boundary"):
        raise RefusedError(
            f"Unsupported content type: '{kind}'. Use 'multipart/form-data' or 'application/json'.",
            code="unsupported_content_type",
        )
    fields: list[tuple[str, str]] = []
    files: list[File] = []
    try:
        parser = multipart.MultipartParser(
            io.BytesIO(body), options["boundary"], disk_limit=len(body) + 1,
            memory_limit=len(body) + 1, buffer_size=1 << 20,
        )  # fmt: skip
        for part in parser:
            if part.filename is None:
                fields.append((part.name, part.value))
            else:
                kind = part.content_type or "application/octet-stream"
                files.append(File(part.name, part.filename, kind, part.raw))
            part.close()
    except (multipart.MultipartError, UnicodeDecodeError) as error:
        raise RefusedError(f"The form cannot be read: {error}") from error
    return Form(tuple(fields), tuple(files))


def _read_document(body: bytes) -> Form:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise RefusedError("We could not parse the JSON body of your request.") from error
    if not isinstance(document, dict):
        raise RefusedError("The JSON body has to be an object.")
    images = document.pop("images", None)
    files = [_picture("images", image) for image in _list(images)]
    field = "image" if len(files) == 1 else "image[]"
    files = [File(field, file.filename, file.content_type, file.data) for file in files]
    for name in ("mask", "markup"):
        if (picture := document.pop(name, None)) is not None:
            files.append(_picture(name, picture))
    fields = [pair for name, value in document.items() for pair in _texts(name, value)]
    return Form(tuple(fields), tuple(files))


def _list(images: Any) -> list[Any]:
    if images is not None and not isinstance(images, list):
        raise _wrong_type("images", "an array", images)
    return images or []


def _picture(name: str, reference: Any) -> File:
    """The picture that a document's reference holds; nothing is fetched from anywhere."""
    if not isinstance(reference, dict):
        raise _wrong_type(name, "an object", reference)
    url = reference.get("image_url")
    if not isinstance(url, str) or not url.startswith("data:"):
        raise RefusedError(
            f"Invalid '{name}': this endpoint takes data URLs in 'image_url' only.",
            code="invalid_value", param=name,
        )  # fmt: skip
    if len(url) > _MAX_URL:
        raise RefusedError(
            f"Invalid '{name}': string too long. Expected a string with maximum length {_MAX_URL}, "
            f"but got a string with length {len(url)} instead.",
            code="string_above_max_length", param=name,
        )  # fmt: skip
    head, _, encoded = url.removeprefix("data:").partition(",")
    kind, _, coding = head.partition(";")
    try:
        if coding != "base64":
            raise ValueError
        data = b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise RefusedError(
            f"Invalid '{name}': the data URL is not valid base64.",
            code="invalid_base64", param=name,
        ) from error  # fmt: skip
    return File(name, f"{name}.{kind.rpartition('/')[2]}", kind, data)


def _texts(name: str, value: Any, depth: int = 4) -> Iterator[tuple[str, str]]:
    """A value as a form has it; what is null was left out."""
    if isinstance(value, bool):
        yield name, str(value).lower()
    elif isinstance(value, str | int | float):
        yield name, str(value)
    elif isinstance(value, dict) and depth:
        for key, inner in value.items():
            yield from _texts(f"{name}[{key}]", inner, depth - 1)
    elif value is not None:
        raise _wrong_type(name, "a string or a number", value)


def _wrong_type(name: str, wanted: str, value: Any) -> RefusedError:
    names = {"list": "an array", "dict": "an object", "str": "a string", "bool": "a boolean"}
    got = names.get(type(value).__name__, "a number")
    return RefusedError(
        f"Invalid type for '{name}': expected {wanted}, but got {got} instead.",
        code="invalid_type", param=name,
    )  # fmt: skip
