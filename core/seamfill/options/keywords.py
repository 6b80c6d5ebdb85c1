"""The options of an edit as keyword arguments.

Written by ``python3 -m tools.options`` from the fields of `EditRequest`: change those.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from seamfill.geometry import Box

__all__ = ["EditOptions"]


class EditOptions(TypedDict, total=False):
    """Any of the fields of `EditRequest`; None and left out are the same."""

    prompt: str | None
    endpoint: str | None
    base_url: str | None
    model: str | None
    n: int | None
    size: str | None
    quality: str | None
    background: str | None
    moderation: str | None
    output_format: str | None
    output_compression: int | None
    input_fidelity: str | None
    response_format: str | None
    safety_identifier: str | None
    complexity: str | None
    references: Sequence[str | os.PathLike[str]] | None
    markup: str | os.PathLike[str] | None
    stream: bool | None
    partial_images: int | None
    context: str | Box | Sequence[int] | None
    tiles: bool | None
    grow: int | None
    edge: float | None
    texture: str | None
    texture_seed: int | None
    fit: bool | None
    timeout: float | None
    retries: int | None
