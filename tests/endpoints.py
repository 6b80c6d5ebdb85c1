"""Endpoints on loopback whose answers the tests decide."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from seamfill.offline.server import Server, serve

if TYPE_CHECKING:
    from seamfill.offline.form import Form
    from seamfill.offline.server import Handler

Image = npt.NDArray[np.uint8]
Answer = Callable[[Image, npt.NDArray[np.bool_], int], Image]


def echo(image: Image, _hole: npt.NDArray[np.bool_], _seed: int) -> Image:
    """Answer with the upload itself."""
    return image


def repainted(image: Image, hole: npt.NDArray[np.bool_], _seed: int) -> Image:
    """Answer as models do: something new in the hole, all else a little darker and shifted."""
    drifted = (np.roll(image, (2, 3), axis=(0, 1)) * 0.9).astype(np.uint8)
    rows, columns = np.indices(hole.shape)
    stripes = np.where((rows + columns) % 16 < 8, 40, 215).astype(np.uint8)
    drifted[hole] = stripes[hole][:, None]
    return drifted


@dataclass
class Watch:
    """Counts requests, and refuses or holds them back where it is told to.

    Parameters
    ----------
    refuse : tuple of (int, document), optional
        Status and body to answer with.
    hold : threading.Event, optional
        Answers only once it is set.
    """

    refuse: tuple[int, Any] | None = None
    hold: threading.Event | None = None
    forms: list[Form] = field(default_factory=list)
    arrived: threading.Event = field(default_factory=threading.Event)

    def on_request(self, _handler: Handler) -> bool:
        return False

    def on_form(self, handler: Handler, form: Form) -> bool:
        self.forms.append(form)
        self.arrived.set()
        if self.hold is not None:
            self.hold.wait(30)
        if self.refuse is not None:
            handler.send_json(*self.refuse)
            return True
        return False


def endpoint(answer: Answer = echo, watch: Watch | None = None) -> Server:
    """Start an endpoint that any model name suits."""
    models = ("gpt-image-2.6-sunburst", "gpt-image-1", "some-model-nobody-knows")
    return serve(
        fill=answer,
        models=models,
        hook=watch,
    )
