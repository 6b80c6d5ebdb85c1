"""Whether a model takes what is asked for; found out before anything is sent."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from seamfill.endpoints import ANY, Model
from seamfill.errors import BadInput
from seamfill.options import EditRequest, options_of
from seamfill.options.reading import check_bounds

if TYPE_CHECKING:
    from seamfill.endpoints.target import Target
    from seamfill.geometry import Size, SizeRule

__all__ = ["choices", "validate"]


def choices(model: Model) -> dict[str, tuple[str, ...]]:
    """What a model takes, by the field of the request that asks for it.

    Parameters
    ----------
    model : Model

    Returns
    -------
    dict
        An empty tuple where the model is not sent the field.
    """
    return {
        option.name: getattr(model, option.values_of)
        for option in options_of(EditRequest)
        if option.values_of
    }


def validate(request: EditRequest, target: Target, size: Size | None = None) -> None:
    """Refuse what the model would refuse.

    Parameters
    ----------
    request : EditRequest
    target : Target
        Where it would be sent.
    size : Size, optional
        The upload's, once it is chosen.

    Raises
    ------
    BadInput
        Naming the field, the limit and the value.
    """
    model = target.model
    check_bounds(request)
    if target.endpoint.needs_model and not model.named:
        name = target.endpoint.name
        raise BadInput(
            f"{target.endpoint.title} has to be told which model to use.",
            f"Name one; seamfill models --endpoint {name} lists what there is.",
            advice="model",
        )
    _validate_prompt(request, model)
    for field, allowed in choices(model).items():
        _validate_choice(field, getattr(request, field), allowed, model)
    _validate_output(request, model)
    _validate_files(request, model)
    identifier = request.safety_identifier
    if identifier is not None and not 0 < len(identifier) <= 128:
        raise BadInput(
            f"safety_identifier has {len(identifier)} characters; it has to have 1 to 128."
        )
    if size is not None:
        _validate_size(size, model)


def _validate_prompt(request: EditRequest, model: Model) -> None:
    if model.reads_prompt and not request.prompt.strip():
        raise BadInput("The prompt is empty.", "Say what should be there.", advice="prompt")
    if len(request.prompt) > model.prompt_limit:
        raise BadInput(
            f"The prompt has {len(request.prompt)} characters; {model.title} takes at most "
            f"{model.prompt_limit}.",
            "Shorten it.",
            advice="prompt",
        )
    if any(ord(char) < 32 and char not in "\t\r\n" for char in request.prompt):
        raise BadInput("The prompt holds a control character.", "Remove it.", advice="prompt")


def _validate_choice(field: str, value: str | None, allowed: tuple[str, ...], model: Model) -> None:
    if value is None or value == "auto" or value in allowed or ANY in allowed:
        return
    if field == "response_format" and value == "b64_json" and not allowed:
        return  # what such a model answers anyway; the parameter itself stays out
    if not allowed:
        raise BadInput(
            f"{field} is {value!r}; {model.title} does not take {field}.", "Leave it out."
        )
    raise BadInput(
        f"{field} is {value!r}; {model.title} takes {_listed(_with_auto(field, allowed))}.",
        "Choose one of these.",
    )


def _with_auto(field: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
    """What can be written for a field; ``auto`` too, where that is what stands for no choice."""
    return ("auto", *allowed) if field in {"quality", "background", "moderation"} else allowed


def _listed(values: tuple[str, ...]) -> str:
    *most, last = values
    return f"{', '.join(most)} or {last}" if most else last


def _validate_output(request: EditRequest, model: Model) -> None:
    compression = request.output_compression
    if compression is not None:
        if not model.compression:
            raise BadInput(
                f"output_compression is {compression}; {model.title} does not take it.",
                "Leave it out.",
            )
        if request.output_format not in {"jpeg", "webp"}:
            raise BadInput(
                f"output_compression is {compression}, but output_format is "
                f"{request.output_format or 'png'}; only jpeg and webp can be compressed.",
                "Choose jpeg or webp, or leave output_compression out.",
            )
    if request.background == "transparent" and request.output_format == "jpeg":
        raise BadInput(
            "background is transparent, but output_format is jpeg, which has no transparency.",
            "Choose png or webp.",
        )


def _validate_files(request: EditRequest, model: Model) -> None:
    count = len(request.references)
    if count >= model.max_images:
        given = "There is 1 reference" if count == 1 else f"There are {count} references"
        raise BadInput(
            f"{given}; {model.title} takes {model.max_images - 1 or 'none'}.",
            "Leave some out." if model.max_images > 1 else "Leave them out.",
        )
    for path in request.references:
        if not os.path.isfile(path):  # noqa: PTH113 (pathlib raises for what no disk takes)
            raise BadInput(f"The file {path} is not there.")
    if request.markup and not model.markup:
        raise BadInput(f"markup is given; {model.title} does not take it.", "Leave it out.")


def _validate_size(size: Size, model: Model) -> None:
    trouble = _size_trouble(size, model.sizes)
    if trouble:
        raise BadInput(
            f"size is {size.w}x{size.h}; {model.title} {trouble}.", "Choose another, or auto."
        )
    if model.square and size.w != size.h:
        raise BadInput(f"size is {size.w}x{size.h}; {model.title} takes squares only.")


def _size_trouble(size: Size, rule: SizeRule) -> str:
    if rule.fixed:
        sizes = tuple(f"{fixed.w}x{fixed.h}" for fixed in rule.fixed)
        return "" if size in rule.fixed else f"takes {_listed(sizes)}"
    if size.w % rule.multiple or size.h % rule.multiple:
        return f"takes widths and heights that are multiples of {rule.multiple}"
    if min(size) < rule.min_edge:
        return f"takes at least {rule.min_edge} pixels on the shorter side"
    if max(size) > rule.max_edge:
        return f"takes at most {rule.max_edge} pixels on the longer side"
    if max(size) > rule.max_ratio * min(size):
        return f"takes shapes up to {rule.max_ratio:g} to 1"
    if not rule.min_pixels <= size.w * size.h <= rule.max_pixels:
        return f"takes {rule.min_pixels} to {rule.max_pixels} pixels; these are {size.w * size.h}"
    return ""
