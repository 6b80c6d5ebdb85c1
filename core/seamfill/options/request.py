"""The request: what the user asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seamfill.options.fit import EDGE, TEXTURE, TEXTURE_SEED, FitOptions
from seamfill.options.schema import ASKED, FITTED, WHERE, described, of, option, options_of

if TYPE_CHECKING:
    from pathlib import Path

    from seamfill.geometry import Box

__all__ = ["DEFAULT_GROW", "REFIT", "EditRequest"]

DEFAULT_GROW = 12
"""Pixels by which the mask is grown past the selection, so that the model also repaints what the
selection just missed (a shadow, an antialiased rim); the patch itself keeps to the selection."""


@described
@dataclass(frozen=True)
class EditRequest:
    """Everything an edit depends on but its pixels.

    ``None`` and ``"auto"`` leave the choice to Seamfill or to the endpoint: nothing is sent then.
    """

    prompt: str = option("", "What should be there.", ASKED, placeholder="TEXT")
    endpoint: str | None = option(
        None, "Name of the endpoint; seamfill models lists them.", WHERE,
        unset="found from the environment and the keys", placeholder="NAME",
    )  # fmt: skip
    base_url: str | None = option(
        None, "Address of any server that speaks /v1/images/edits.", WHERE,
        unset="the endpoint's own", placeholder="URL",
    )  # fmt: skip
    model: str | None = option(
        None, "Name of the model.", WHERE, unset="the endpoint's default", placeholder="NAME"
    )
    n: int = option(1, "How many answers to ask for.", ASKED, least=1, largest=100)
    size: str = option(
        "auto", "Size of the upload, such as 1024x1024.", ASKED,
        unset="chosen", placeholder="WxH",
    )  # fmt: skip
    quality: str = option("auto", "How much work the model puts in.", ASKED, values_of="qualities")
    background: str = option(
        "auto", "What the answer's background is.", ASKED,
        choices=("auto", "opaque", "transparent"), values_of="backgrounds",
    )  # fmt: skip
    moderation: str = option(
        "auto", "How strictly the maker judges.", ASKED,
        choices=("auto", "low"), values_of="moderations",
    )  # fmt: skip
    output_format: str | None = option(
        None, "How the answer travels: png without loss, jpeg and webp sooner.", ASKED,
        values_of="output_formats", placeholder="FORMAT",
    )  # fmt: skip
    output_compression: int | None = option(
        None, "Of jpeg and webp; 100 loses least.", ASKED, least=0, largest=100
    )
    input_fidelity: str | None = option(
        None, "How closely the answer keeps to the picture that is sent.", ASKED,
        choices=("high", "low"), values_of="fidelities",
    )  # fmt: skip
    response_format: str | None = option(
        None, "Whether the answer comes as an address or within the reply.", ASKED,
        choices=("url", "b64_json"), values_of="response_formats",
    )  # fmt: skip
    safety_identifier: str | None = option(
        None, "Identifies the user behind the edit to the endpoint, in 1 to 128 characters.", ASKED,
        placeholder="TEXT",
    )  # fmt: skip
    complexity: str | None = option(
        None, "How much the model may change; a low one makes narrower changes.", ASKED,
        choices=("low", "medium", "high"), values_of="complexities",
    )  # fmt: skip
    references: tuple[Path, ...] = option(
        (), "Picture that the model is shown besides; repeatable.", ASKED, flag="--reference"
    )
    markup: Path | None = option(  # noqa: RUF009 (makes a field)
        None, "Picture of the source's size with instructions drawn over it.", ASKED
    )
    stream: bool = option(False, "Ask for the answer as it takes shape.", ASKED)
    partial_images: int | None = option(
        None, "Unfinished pictures to see meanwhile, of a stream; each costs a little.", ASKED,
        least=0, largest=3,
    )  # fmt: skip
    context: str | Box = option(  # noqa: RUF009
        "auto", "How much around the selection is sent along: auto, 50% of its size, 120px, layer, "
        "or a box X,Y,W,H in source pixels.", FITTED, placeholder="CONTEXT",
    )  # fmt: skip
    tiles: bool = option(
        True, "Send several uploads where the selection is too large for one.", FITTED,
        off="Send one upload, scaled down where the selection is too large for it.",
    )  # fmt: skip
    grow: int | None = option(
        None, "How far the mask that is sent reaches past the selection.", FITTED,
        unit="pixels", least=0, largest=4096, unset=str(DEFAULT_GROW),
    )  # fmt: skip
    edge: float | None = of(None, EDGE)
    texture: str = of("auto", TEXTURE)
    texture_seed: int = of(0, TEXTURE_SEED)
    fit: bool = option(
        True, "Register the answer, fit its tones and its texture.", FITTED,
        off="Paste the answer as it came, with a hard edge unless another is asked for.",
    )  # fmt: skip
    timeout: float | None = option(
        None, "How long an answer may take.", WHERE,
        unit="seconds", least=0.1, largest=86_400, unset="what the model needs at most",
    )  # fmt: skip
    retries: int = option(
        2, "How often to try again what cannot be paid twice.", WHERE, least=0, largest=10
    )


REFIT = (
    *options_of(FitOptions),
    *(item for item in options_of(EditRequest) if item.name == "fit"),
)
"""What can be chosen where an answer is fitted again."""
