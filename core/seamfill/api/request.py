"""An edit request: what the user asks for, validated, then turned into multipart fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from seamfill.geometry import Box, Size

__all__ = ["EditRequest", "Upload"]


@dataclass(frozen=True)
class EditRequest:
    """Everything an edit depends on but its pixels.

    ``None`` and ``"auto"`` leave the choice to Seamfill or to the endpoint: nothing is sent then.
    """

    prompt: str = ""
    endpoint: str | None = None
    base_url: str | None = None
    model: str | None = None
    n: int = 1
    size: str = "auto"
    quality: str = "auto"
    background: str = "auto"
    moderation: str = "auto"
    output_format: str | None = None
    output_compression: int | None = None
    input_fidelity: str | None = None
    response_format: str | None = None
    safety_identifier: str | None = None
    complexity: str | None = None
    references: tuple[Path, ...] = ()
    markup: Path | None = None
    stream: bool = False
    partial_images: int | None = None
    context: str | Box = "auto"
    tiles: bool = True
    grow: int | None = None
    edge: float | None = None
    fit: bool = True
    timeout: float | None = None
    retries: int = 2


@dataclass(frozen=True)
class Upload:
    """The encoded pictures of one request.

    Parameters
    ----------
    image : bytes
        PNG of the region at upload size.
    mask : bytes or None
        RGBA PNG of the same size: alpha 0 over white = edit, alpha 255 over black = keep.
    size : Size
        Of all of them, in pixels.
    markup : bytes, optional
        RGBA PNG of the same size with instructions drawn over the image; sent instead of a mask.
    """

    image: bytes
    mask: bytes | None
    size: Size
    markup: bytes | None = None
