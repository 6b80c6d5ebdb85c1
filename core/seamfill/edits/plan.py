"""What an edit would send: known before a single pixel is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seamfill.api import estimate_cost, validate
from seamfill.endpoints import load_catalog
from seamfill.endpoints.resolve import resolve, unnamed_address
from seamfill.errors import BadInput
from seamfill.geometry import Box, fits_pixel_for_pixel, plan_uploads
from seamfill.options.reading import check_bounds, parse_size

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from seamfill.endpoints.keys import Key
    from seamfill.endpoints.target import Target
    from seamfill.geometry import Placement, Size
    from seamfill.options import EditRequest

__all__ = ["Plan", "make_plan"]


@dataclass(frozen=True)
class Plan:
    """What an edit will send.

    Parameters
    ----------
    target : Target
        Endpoint, model and key.
    placements : tuple of Placement
        The uploads, in order.
    read : Box
        The one box of the source whose pixels are needed; inside the source.
    cost_usd : float or None
        The estimated price; None where it is not known.
    problems : tuple of str
        What the user should know before sending.
    """

    target: Target
    placements: tuple[Placement, ...]
    read: Box
    cost_usd: float | None
    problems: tuple[str, ...] = ()


def make_plan(
    request: EditRequest,
    source: Size,
    selection: Box,
    *,
    islands: Callable[[], Sequence[Box]] = tuple,
    api_key: Key | None = None,
) -> Plan:
    """Say what an edit would send, without sending any of it.

    A server of which only the address is known is asked who it is, the first time.

    Parameters
    ----------
    request : EditRequest
    source : Size
        Of the whole source.
    selection : Box
        The selection's bounds in source pixels.
    islands : callable
        Finds the bounds of the selection's separate parts; asked only where the selection is
        larger than what the model takes, since looking for them reads all of it.
    api_key : Key, optional
        Given outright, instead of one from the environment or the keyring.

    Returns
    -------
    Plan

    Raises
    ------
    BadInput
        If the request cannot be sent as it is.
    """
    whole = Box(0, 0, *source)
    inside = selection.intersection(whole)
    if not (inside.w and inside.h):
        raise BadInput(
            "The selection lies outside the layer.",
            "Select a part of the layer, or none of it.",
            advice="selection",
        )
    if unnamed_address(request, load_catalog()) is not None:
        from seamfill.transport.recognition import recognise  # which loads all that asking takes

        recognise(request, key=api_key)
    check_bounds(request)
    target = resolve(request, key=api_key)
    size = None if request.size == "auto" else parse_size(request.size)
    validate(request, target, size)
    rule = target.model.best_sizes
    fits = fits_pixel_for_pixel(inside.size, rule)
    placements = plan_uploads(
        source,
        inside,
        rule,
        request.context,
        size,
        islands=() if fits else islands(),
        tiles=request.tiles,
    )
    read = inside
    for placement in placements:
        read = read.union(placement.region)
    cost = estimate_cost(request, target, [placement.size for placement in placements])
    return Plan(target, placements, read.intersection(whole), cost, _problems(request, target))


def _problems(request: EditRequest, target: Target) -> tuple[str, ...]:
    problems = [*target.guesses]
    if request.prompt and not target.model.reads_prompt:
        problems.append(
            f"{target.endpoint.title} does not read the prompt: it fills the selection from its "
            "surroundings."
        )
    problems += _not_sent(request, target)
    if target.model.shutdown is not None:
        from seamfill.endpoints.shutdown import shutdown_warning

        problems += filter(None, [shutdown_warning(target.model)])
    return tuple(problems)


def _not_sent(request: EditRequest, target: Target) -> list[str]:
    """Say what of an edit does not go out, because nothing there would heed it."""
    model, told = target.model, []
    if model.mask == "none":
        told.append(
            f"No mask is sent: {model.title} takes none and repaints all that it is sent. Only "
            "what you selected is used of its answer."
        )
    if request.markup and "markup" in target.endpoint.drops:
        told.append(f"The markup is not sent: {target.title} does not pass it on. The mask is.")
    if request.size != "auto" and model.size_field != "size":
        told.append(f"The size is not sent: {model.title} chooses that of its answers itself.")
    if request.safety_identifier and not model.safety_identifier:
        told.append(f"The safety_identifier is not sent: {model.title} takes none.")
    return told
