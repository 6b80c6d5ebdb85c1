"""The edit as a script calls it: files, Pillow images or arrays in, a result to save out."""

from __future__ import annotations

import dataclasses
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seamfill.edits import pipeline, plan, resumption
from seamfill.edits.compositing import compose
from seamfill.edits.saving import Saved, save_patches
from seamfill.endpoints.keys import Key
from seamfill.errors import BadInput
from seamfill.geometry import Box, Size
from seamfill.image.memory import mask_from_memory, source_from_memory
from seamfill.image.reading import SourceFile, box_selection, read_markup, read_mask, read_source
from seamfill.image.writing import check_output, output_paths
from seamfill.journal.journal import Journal
from seamfill.options.reading import box_from, request_from
from seamfill.paths import journal_directory

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from threading import Event as Flag
    from typing import Unpack

    from PIL import Image

    from seamfill.edits.patch import Patch
    from seamfill.edits.pipeline import EditResult
    from seamfill.edits.plan import Plan
    from seamfill.edits.resumption import Reuse
    from seamfill.events import Listener
    from seamfill.fit import FitReport
    from seamfill.image.arrays import Pixels
    from seamfill.image.source import Selection, Source
    from seamfill.journal.records import Record
    from seamfill.options import EditRequest
    from seamfill.options.keywords import EditOptions

    Picture = str | os.PathLike[str] | Image.Image | Pixels

__all__ = ["Client", "Edited", "Prepared", "check_output", "edit", "output_paths", "save_patches"]


@dataclass(frozen=True)
class Edited:
    """A finished edit of a picture.

    Parameters
    ----------
    source : SourceFile
        What was edited.
    result : EditResult
        Patches, usage and where the journal keeps them.
    selection : Selection
        What was to be edited.
    saved : list of Saved
        What was written last, and what was measured on it.
    """

    source: SourceFile
    result: EditResult
    selection: Selection
    saved: list[Saved] = field(default_factory=list)

    @property
    def patches(self) -> tuple[Patch, ...]:
        """One patch for each answer."""
        return self.result.patches

    @property
    def reports(self) -> tuple[FitReport, ...]:
        """One report for each answer."""
        return tuple(patch.report for patch in self.patches)

    def pixels(self, index: int = 0) -> Pixels:
        """The picture with one patch laid over it.

        Parameters
        ----------
        index : int
            Which answer, from 0.

        Returns
        -------
        array, shape (h, w, channels)
            In the source's own type; outside the selection equal to it to the bit.
        """
        patch = self.patches[index]
        self.result.entry.use(self.result.answers[patch.answer])
        return compose(self.source.source, patch).pixels

    def save(self, path: str | os.PathLike[str]) -> list[Path]:
        """Write the results.

        Parameters
        ----------
        path : path
            Ends in .png, .jpg, .webp, .tiff or .ora (layers); several answers are numbered.

        Returns
        -------
        list of Path
            What was written.

        Raises
        ------
        BadInput
            If the ending is not known or the folder cannot be written.
        """
        try:
            self.saved[:] = save_patches(self.source, self.patches, Path(path), self.selection)
        except BadInput as error:
            if not self.result.entry.keeps_answers():
                error.hint = (
                    "The journal could not keep the answer either: make room, and ask for it again."
                )
            raise
        for keys in self.result.answers:
            self.result.entry.use(keys)
        written = [saved.path for saved in self.saved]
        self.result.entry.saved(path.absolute() for path in written)
        return written


@dataclass(frozen=True)
class Prepared:
    """An edit of which all is known, and nothing was sent.

    Parameters
    ----------
    request : EditRequest
    picture : SourceFile
    selection : Selection
    plan : Plan
    markup : Source, optional
    journal : Journal
    """

    request: EditRequest
    picture: SourceFile
    selection: Selection
    plan: Plan
    markup: Source | None
    journal: Journal

    def before(self) -> Record | None:
        """The run of the very same edit that the journal remembers.

        Returns
        -------
        Record or None

        Raises
        ------
        PerhapsPaid
            If another process is at work on it.
        """
        source, selection = self.picture.source, self.selection
        name = resumption.identify(self.request, source, selection, self.plan, self.markup)
        return resumption.earlier(self.journal, name, "all")

    def run(
        self, listener: Listener | None = None, cancel: Flag | None = None, reuse: Reuse = "unused"
    ) -> Edited:
        """Carry it out, as `Client.edit` does.

        Parameters
        ----------
        listener, cancel
            See `Client.edit`.
        reuse : {"unused", "all", "none"}
            Which answers of an earlier run of the very same edit are taken instead of paying
            again: those of a run whose answers nobody used; any, and what may have been billed
            is reported rather than sent again; or none.

        Returns
        -------
        Edited

        Raises
        ------
        SeamfillError
        """
        result = pipeline.run(
            self.request,
            self.picture.source,
            self.selection,
            self.plan,
            markup=self.markup,
            journal=self.journal,
            listener=listener,
            cancel=cancel,
            origin=str(self.picture.path),
            reuse=reuse,
        )
        return Edited(self.picture, result, self.selection)


class Client:
    """Edits with the same options again and again.

    Parameters
    ----------
    api_key : str, optional
        Taken from ``OPENAI_API_KEY``, then from the keyring, if omitted.
    journal : path, optional
        Where answers are kept; the user's own journal if omitted.
    **options
        Defaults for every edit: fields of `EditRequest`, such as ``endpoint``, ``model``,
        ``quality``.
    """

    def __init__(
        self,
        *,
        api_key: str | None = None,
        journal: str | os.PathLike[str] | None = None,
        **options: Unpack[EditOptions],
    ) -> None:
        self._defaults = request_from(options)
        self._journal = Journal(Path(journal)) if journal is not None else None
        self._api_key = Key(api_key) if api_key is not None else None

    def plan(
        self,
        source: Picture | SourceFile,
        *,
        mask: Picture | None = None,
        box: Sequence[int] | None = None,
        **options: Unpack[EditOptions],
    ) -> Plan:
        """Say what an edit would send, without sending anything.

        Parameters
        ----------
        source, mask, box, **options
            See `edit`.

        Returns
        -------
        Plan

        Raises
        ------
        BadInput
            If it cannot be sent as it is.
        """
        picture = _source(source)
        selection = _selection(mask, box, picture.source.size)
        return self._plan(self._request(options), picture, selection)

    def edit(
        self,
        source: Picture | SourceFile,
        *,
        mask: Picture | None = None,
        box: Sequence[int] | None = None,
        listener: Listener | None = None,
        cancel: Flag | None = None,
        **options: Unpack[EditOptions],
    ) -> Edited:
        """Edit a picture.

        Parameters
        ----------
        source : path, SourceFile, PIL.Image.Image or array of shape (h, w[, channels])
            Arrays hold uint8, uint16 or float32 (0..1), sRGB-coded.
        mask : path, PIL.Image.Image or array, optional
            Of the source's size. With alpha, transparent = edit; without, white = edit.
        box : four int, optional
            x, y, width, height of a rectangle to edit instead of a mask. The whole picture is
            edited where neither is given.
        listener : callable, optional
            Called with every event (see `seamfill.events`).
        cancel : threading.Event, optional
            Set it from another thread to end the edit.
        **options
            Fields of `EditRequest`: ``prompt``, ``model``, ``n``, ``size``, ``quality``, …

        Returns
        -------
        Edited

        Raises
        ------
        SeamfillError
            One of its subclasses, each of which says what to do next.
        """
        return self.prepare(source, mask=mask, box=box, **options).run(listener, cancel)

    def prepare(
        self,
        source: Picture | SourceFile,
        *,
        mask: Picture | None = None,
        box: Sequence[int] | None = None,
        **options: Unpack[EditOptions],
    ) -> Prepared:
        """Read and check all that an edit needs, and send nothing yet.

        Parameters
        ----------
        source, mask, box, **options
            See `edit`.

        Returns
        -------
        Prepared

        Raises
        ------
        BadInput
            If it cannot be sent as it is.
        """
        request = self._request(options)
        picture = _source(source)
        size = picture.source.size
        selection = _selection(mask, box, size)
        plan = self._plan(request, picture, selection)
        markup = read_markup(request.markup, size) if request.markup else None
        journal = self._journal or Journal(journal_directory())
        return Prepared(request, picture, selection, plan, markup, journal)

    def _plan(self, request: EditRequest, picture: SourceFile, selection: Selection) -> Plan:
        return plan.make_plan(
            request,
            picture.source.size,
            selection.box,
            islands=selection.islands,
            api_key=self._api_key,
        )

    def _request(self, options: Mapping[str, Any]) -> EditRequest:
        wanted = request_from(options)
        changed = {name: getattr(wanted, name) for name in options if options.get(name) is not None}
        return dataclasses.replace(self._defaults, **changed)


def edit(
    source: Picture | SourceFile,
    *,
    mask: Picture | None = None,
    box: Sequence[int] | None = None,
    listener: Listener | None = None,
    cancel: Flag | None = None,
    **options: Unpack[EditOptions],
) -> Edited:
    """Edit one picture, as in ``edit("a.png", mask="m.png", prompt="a red door").save("b.png")``.

    Parameters
    ----------
    source, mask, box, listener, cancel, **options
        See `Client.edit`.

    Returns
    -------
    Edited

    Raises
    ------
    SeamfillError
        See `Client.edit`.
    """
    return Client().edit(source, mask=mask, box=box, listener=listener, cancel=cancel, **options)


def _source(source: Picture | SourceFile) -> SourceFile:
    if isinstance(source, SourceFile):
        return source
    if isinstance(source, str | os.PathLike):
        return read_source(Path(source))
    return source_from_memory(source)


def _selection(mask: Picture | None, box: Sequence[int] | None, size: Size) -> Selection:
    if mask is not None and box is not None:
        raise BadInput("Both a mask and a box were given.", "Give one of them.")
    if box is not None:
        return box_selection(box_from(box), size)
    if mask is None:
        return box_selection(Box(0, 0, *size), size)
    if isinstance(mask, str | os.PathLike):
        return read_mask(Path(mask), size)
    return mask_from_memory(mask, size)
