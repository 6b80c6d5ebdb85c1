"""What an edit will cost, as far as its model's maker says."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from seamfill.endpoints import ANY, Price

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seamfill.endpoints.target import Target
    from seamfill.geometry import Size
    from seamfill.options import EditRequest

__all__ = ["billed_cost", "estimate_cost"]

_CHARACTERS_PER_TOKEN = 4  # of English: help.openai.com, "What are tokens and how to count them"
_PARTIAL_TOKENS = 100  # of a partial image: platform.openai.com, "Image generation", streaming


def estimate_cost(request: EditRequest, target: Target, sizes: Sequence[Size]) -> float | None:
    """The maker's list price of an edit.

    Without a quality the model chooses; ``high`` is assumed then, so that the bill is not larger
    than the estimate.

    Parameters
    ----------
    request : EditRequest
    target : Target
    sizes : sequence of Size
        Of the uploads, in pixels; each asks for `request.n` answers.

    Returns
    -------
    float or None
        USD; None where the price is not known.
    """
    price = target.model.price
    if price is None:
        return None
    total = 0.0
    for size in sizes:
        answer = _answer_price(price, _quality(request, price), size)
        if answer is None:
            return None
        tokens = _input_tokens(price, size, request.input_fidelity) * (1 + len(request.references))
        text = len(request.prompt) / _CHARACTERS_PER_TOKEN
        answer += _PARTIAL_TOKENS * _partial_images(request, target) * price.image_out / 1e6
        # Each answer is billed as a request of its own, its input included.
        total += request.n * (answer + (tokens * price.image_in + text * price.text_in) / 1e6)
    return round(total, 6)


def billed_cost(usage: Mapping[str, Any], target: Target) -> float | None:
    """What an edit did cost at its maker's list price, by what the endpoint counted.

    Parameters
    ----------
    usage : mapping
        As the reply has it, summed over an edit's requests.
    target : Target

    Returns
    -------
    float or None
        USD; None where the endpoint did not count, or the model is not priced by tokens.
    """
    price = target.model.price
    details = usage.get("input_tokens_details")
    answered = usage.get("output_tokens")
    if price is None or not price.image_out or answered is None or not isinstance(details, dict):
        return None
    images, text = details.get("image_tokens", 0), details.get("text_tokens", 0)
    if not all(isinstance(count, int | float) for count in (answered, images, text)):
        return None
    tokens = answered * price.image_out + images * price.image_in + text * price.text_in
    return round(float(tokens) / 1e6, 6)


def _partial_images(request: EditRequest, target: Target) -> int:
    return (request.partial_images or 0) if request.stream and target.model.stream else 0


def _quality(request: EditRequest, price: Price) -> str:
    offered = [*price.factors, *price.image]
    if request.quality in offered:
        return request.quality
    return "high" if "high" in offered else ANY


def _answer_price(price: Price, quality: str, size: Size) -> float | None:
    if quality in price.factors:
        return _answer_tokens(size, price.factors[quality]) * price.image_out / 1e6
    if quality in price.image:
        square, other = price.image[quality]
        return square if size.w == size.h else other
    return None


def _answer_tokens(size: Size, factor: int) -> int:
    """Tokens of an answer since gpt-image-2.

    Read off OpenAI's price calculator:
    https://community.openai.com/t/1382699
    """
    short = round(factor * min(size) / max(size))
    return math.ceil(factor * short * (2_000_000 + size.w * size.h) / 4_000_000)


def _input_tokens(price: Price, size: Size, fidelity: str | None) -> int:
    if price.input_tokens == "patches":
        return _patches(size)
    if price.input_tokens == "tiles":
        return _tiles(size) + ((4096 if size.w == size.h else 6144) if fidelity == "high" else 0)
    return 0


def _patches(size: Size) -> int:
    """Patches of 32 pixels once the long side is at most doubled towards 1024; at most 1536.

    https://community.openai.com/t/1382940
    """
    scale = min(2.0, max(1.0, 1024 / max(size)))
    patches = math.ceil(size.w * scale / 32) * math.ceil(size.h * scale / 32)
    return min(patches, 1536)


def _tiles(size: Size) -> int:
    """65 tokens and 129 for each tile of 512 pixels, the short side scaled to 512.

    https://community.openai.com/t/1317649
    """
    scale = 512 / min(size)
    return 65 + 129 * math.ceil(size.w * scale / 512) * math.ceil(size.h * scale / 512)
