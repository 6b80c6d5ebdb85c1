"""An endpoint that misbehaves on demand, and an edit that goes there."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from seamfill import api, transport
from seamfill.api import EditRequest, Upload
from seamfill.endpoints.resolve import resolve
from seamfill.errors import SeamfillError
from seamfill.events import Event, Listener, Retrying
from seamfill.offline.form import Form
from seamfill.offline.server import Handler
from tests.wire.pictures import upload as small_upload

if TYPE_CHECKING:
    import numpy as np

    from seamfill.api import Reply
    from seamfill.endpoints.target import Target
    from seamfill.journal.entry import Entry
    from seamfill.journal.journal import Journal
    from seamfill.journal.records import Record
    from seamfill.offline.server import Server

KEY = "sk-proj-Zq8vN3xT7wLr5KdY2mBf"
MODELS = ("gpt-image-2", "gpt-image-1", "dall-e-2")

Behaviour = Callable[[Handler, Form | None], bool]
"""Answers in the server's place; called before the body is read and after."""


class Script:
    """What the server does with its first, second, … edit; the last holds for all that follow."""

    def __init__(self) -> None:
        self.behaviours: list[Behaviour] = []
        self.edits = 0
        self.paid = 0
        self.forms: list[Form] = []
        self.headers: list[dict[str, str]] = []
        self.fetches: list[dict[str, str]] = []
        self.on_fetch: Callable[[Handler], None] | None = None
        self._lock = threading.Lock()

    def on_request(self, handler: Handler) -> bool:
        if handler.command != "POST":
            self.fetches.append({k.lower(): v for k, v in handler.headers.items()})
            if self.on_fetch is None:
                return False
            self.on_fetch(handler)
            return True
        with self._lock:
            self.edits += 1
            self.headers.append({k.lower(): v for k, v in handler.headers.items()})
        return self._act(handler, None)

    def on_form(self, handler: Handler, form: Form) -> bool:
        self.forms.append(form)
        if self._act(handler, form):
            return True
        self.paid += 1
        return False

    def _act(self, handler: Handler, form: Form | None) -> bool:
        if not self.behaviours:
            return False
        return self.behaviours[min(self.edits, len(self.behaviours)) - 1](handler, form)


@dataclass
class Outcome:
    """How an edit went."""

    entry: Entry
    journal: Journal
    reply: Reply | None = None
    error: SeamfillError | None = None
    events: list[Event] = field(default_factory=list)

    @property
    def retries(self) -> list[Retrying]:
        return [event for event in self.events if isinstance(event, Retrying)]

    @property
    def record(self) -> Record:
        (record,) = [r for r in self.journal.records() if r.path == self.entry.path]
        return record

    @property
    def kept(self) -> bytes:
        """All that the journal has of replies."""
        return b"".join(path.read_bytes() for path in self.record.replies)


@dataclass
class Wire:
    """A server and a way to send edits to it."""

    server: Server
    script: Script
    journal: Journal

    def target(self, request: EditRequest, **changes: Any) -> Target:
        """Where the server is."""
        full = replace(
            request,
            endpoint=request.endpoint or "compatible",
            base_url=request.base_url or self.server.base_url,
            model=request.model or "gpt-image-2",
        )
        target = resolve(full, env={"OPENAI_API_KEY": KEY})
        return replace(target, **changes)

    def edit(
        self,
        request: EditRequest | None = None,
        upload: Upload | None = None,
        cancel: threading.Event | None = None,
        target: Target | None = None,
        listener: Listener | None = None,
        **options: Any,
    ) -> Outcome:
        """One edit with all that happened; never raises what the endpoint caused."""
        request = request or EditRequest(prompt="a red door", **options)
        target = target or self.target(request)
        outcome = Outcome(self.journal.begin({"prompt": request.prompt}), self.journal)
        wire = api.build(request, target, upload or small_upload(), request.n)
        try:
            outcome.reply = transport.send(
                wire, target, outcome.entry, listener or outcome.events.append, cancel
            )
            outcome.entry.finish("used")
        except SeamfillError as error:
            outcome.error = error
            outcome.entry.finish("failed", error=error.code, message=str(error))
        return outcome


def echo(image: np.ndarray[Any, Any], hole: np.ndarray[Any, Any], seed: int) -> Any:
    """The upload back, its hole in a colour that tells the answers apart."""
    answer = image.copy()
    answer[hole] = (200, 40 * seed, 30)
    return answer
