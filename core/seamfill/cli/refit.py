"""``seamfill refit``: other options for an answer that is there."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from seamfill.cli.edit import fit_object, outside
from seamfill.cli.output import print_json, say
from seamfill.edits.kept import read_selection
from seamfill.edits.refit import refit
from seamfill.edits.saving import save_patches
from seamfill.errors import BadInput
from seamfill.image.reading import SourceFile, read_source
from seamfill.image.writing import check_output
from seamfill.journal.journal import read_summary
from seamfill.options import REFIT
from seamfill.options.reading import fit_options_from

if TYPE_CHECKING:
    import argparse

__all__ = ["run_refit"]


def run_refit(options: argparse.Namespace) -> int:
    """Fit the answers of a journal entry anew and write the results."""
    source = _source(options)
    check_output(options.output, source)
    how = fit_options_from({option.name: getattr(options, option.name) for option in REFIT})
    patches = refit(options.entry, how)
    written = save_patches(source, patches, options.output, read_selection(options.entry))
    if options.json:
        reports = [
            fit_object(patch.report, saved) for patch, saved in zip(patches, written, strict=True)
        ]
        print_json({"outputs": [str(saved.path) for saved in written], "fit": reports})
    else:
        for saved in written:
            say(f"{saved.path}: {outside(saved)}")
    return 0


def _source(options: argparse.Namespace) -> SourceFile:
    summary = read_summary(options.entry)
    path = options.source or Path(summary.get("origin") or "")
    if not options.source and not os.path.isfile(path):  # noqa: PTH113 (whatever it is called)
        raise BadInput(
            "The picture that was edited is not where it was.", "Name it with --source FILE."
        )
    file = read_source(path)
    if list(file.source.size) != summary.get("source_size", list(file.source.size)):
        raise BadInput(
            f"{path.name} is not the picture that was edited: its size differs.",
            "Name the right one with --source FILE.",
        )
    return file
