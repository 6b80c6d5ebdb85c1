"""Generative fill that fits: the core, without GIMP.

>>> from seamfill import edit
>>> edit("photo.png", mask="mask.png", prompt="a red door").save("out.png")  # doctest: +SKIP

Names are loaded when they are first used, so that importing this costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from seamfill.version import __version__

if TYPE_CHECKING:
    from seamfill.client import Client, Edited, edit
    from seamfill.edits.compositing import compose
    from seamfill.edits.patch import Patch
    from seamfill.edits.pipeline import EditResult
    from seamfill.edits.plan import Plan
    from seamfill.edits.refit import refit
    from seamfill.errors import (
        AnswerUnusable,
        BadInput,
        BadKey,
        Cancelled,
        EndpointFailed,
        KeyringRefused,
        ModelUnavailable,
        Moderated,
        NotReached,
        PerhapsPaid,
        QuotaExceeded,
        RateLimited,
        Refused,
        RequestRejected,
        SeamfillError,
        ServerTrouble,
    )
    from seamfill.fit import FitReport, Fitted
    from seamfill.geometry import Box, Placement, Size, SizeRule, plan_uploads
    from seamfill.image.source import Selection, Source
    from seamfill.options import EditRequest, FitOptions

_HOMES = {
    "client": ("Client", "Edited", "edit"),
    "edits.compositing": ("compose",),
    "edits.patch": ("Patch",),
    "edits.pipeline": ("EditResult",),
    "edits.plan": ("Plan",),
    "edits.refit": ("refit",),
    "errors": (
        "AnswerUnusable", "BadInput", "BadKey", "Cancelled", "EndpointFailed", "KeyringRefused",
        "ModelUnavailable", "Moderated", "NotReached", "PerhapsPaid", "QuotaExceeded",
        "RateLimited", "Refused", "RequestRejected", "SeamfillError", "ServerTrouble",
    ),
    "fit": ("FitReport", "Fitted"),
    "geometry": ("Box", "Placement", "Size", "SizeRule", "plan_uploads"),
    "options": ("EditRequest", "FitOptions"),
    "image.source": ("Selection", "Source"),
}  # fmt: skip
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "AnswerUnusable",
    "BadInput",
    "BadKey",
    "Box",
    "Cancelled",
    "Client",
    "EditRequest",
    "EditResult",
    "Edited",
    "EndpointFailed",
    "FitOptions",
    "FitReport",
    "Fitted",
    "KeyringRefused",
    "ModelUnavailable",
    "Moderated",
    "NotReached",
    "Patch",
    "PerhapsPaid",
    "Placement",
    "Plan",
    "QuotaExceeded",
    "RateLimited",
    "Refused",
    "RequestRejected",
    "SeamfillError",
    "Selection",
    "ServerTrouble",
    "Size",
    "SizeRule",
    "Source",
    "__version__",
    "compose",
    "edit",
    "plan_uploads",
    "refit",
]


def __getattr__(name: str) -> Any:
    """Load a public name from its room."""
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module 'seamfill' has no attribute {name!r}")
    value = getattr(import_module(f"seamfill.{home}"), name)
    globals()[name] = value
    return value
