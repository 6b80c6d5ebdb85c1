"""What an answer is fitted to, kept so that it can be fitted again."""

from __future__ import annotations

import dataclasses
import zlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from seamfill.edits.compositing import changed_outside, compose
from seamfill.edits.patch import Patch
from seamfill.fit import FitOptions, fit_prepared, prepare
from seamfill.geometry import Box
from seamfill.image.metadata import Metadata
from seamfill.image.source import Selection, Source
from seamfill.image.writing import encode_picture

if TYPE_CHECKING:
    from seamfill.fit.original import Original
    from seamfill.geometry import Size
    from seamfill.image.arrays import Pixels, SelectionMap
    from seamfill.image.colour import ColourSpace
    from seamfill.journal.entry import Entry

__all__ = ["Evidence", "fit_patch"]


@dataclass(frozen=True)
class Evidence:
    """A region as it was when it was uploaded.

    Parameters
    ----------
    region : array, shape (h, w, 3)
        Its pixels, opaque, in the source's type.
    selected : array of uint8, shape (h, w)
        The selection over it.
    missing : array of uint8, shape (h, w)
        Anything but 0 where the source showed nothing.
    painted : array of uint8, shape (h, w)
        Anything but 0 where the model was free to paint.
    space : ColourSpace, optional
        Of the region's colours; sRGB when omitted.
    """

    region: Pixels
    selected: SelectionMap
    missing: SelectionMap
    painted: SelectionMap
    space: ColourSpace | None = None

    @cached_property
    def original(self) -> Original:
        """What a fit needs of it; to be made ready while the answer is awaited."""
        known = (self.missing == 0).astype(np.uint8)
        return prepare(self.region, self.selected, known=known, painted=self.painted)

    def keep(self, entry: Entry, request: int) -> None:
        """Put it into the journal.

        Parameters
        ----------
        entry : Entry
        request : int
            The request that it belongs to, from 1.
        """
        maps = np.dstack([self.selected, self.missing, self.painted])
        metadata = Metadata(icc_profile=self.space.profile if self.space else None)
        region = encode_picture(self.region, ".png", metadata)
        entry.write(f"region-{request}.png", region)
        entry.write(f"selection-{request}.png", encode_picture(maps, ".png"))


def fit_patch(
    options: FitOptions, region: Box, source: Size, evidence: Evidence, answer: Pixels
) -> Patch:
    """Fit an answer to its region.

    Parameters
    ----------
    options : FitOptions
    region : Box
    source : Size
        Of the whole source; the patch does not reach beyond it.
    evidence : Evidence
    answer : array of uint8, shape (h, w, 3 or 4)
        Of any size, sRGB-coded.

    Returns
    -------
    Patch
    """
    if evidence.space is not None:
        answer = evidence.space.from_srgb(answer)
    # Regions of one picture, tiles above all, must not repeat one another's grain.
    seed = zlib.crc32(repr((options.texture_seed, *region)).encode())
    options = dataclasses.replace(options, texture_seed=seed)
    fitted = fit_prepared(evidence.original, answer, options)
    box = region.intersection(Box(0, 0, *source))
    inner = box.slices(region)
    patch = Patch(box, fitted.pixels[inner], fitted.mask[inner], fitted.report)
    original = Source(source, box, evidence.region[inner], evidence.space)
    changed = changed_outside(
        original, compose(original, patch).pixels, Selection(box, evidence.selected[inner])
    )
    return dataclasses.replace(
        patch, report=dataclasses.replace(fitted.report, outside_changed=changed)
    )
