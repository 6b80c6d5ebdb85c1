"""``seamfill batch``: a file of jobs, each one edit."""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seamfill.cli.edit import edited_object, request_options
from seamfill.cli.jobs import read_jobs
from seamfill.cli.output import error_object, print_json, say
from seamfill.cli.stopping import stopped_by_signals
from seamfill.client import Client
from seamfill.errors import BadInput, Cancelled, SeamfillError
from seamfill.image.reading import read_source
from seamfill.image.writing import check_output, output_paths

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Future

    from seamfill.cli.jobs import Job
    from seamfill.client import Prepared
    from seamfill.edits.resumption import Reuse
    from seamfill.events import Stop
    from seamfill.journal.records import Record

    Told = tuple[dict[str, Any], int]
    Work = Callable[[Job], dict[str, Any] | None]

__all__ = ["run_batch"]

_MOST_AT_ONCE = 64
_TICK = 0.2  # seconds; Windows sees Ctrl+C only between waits


def run_batch(options: argparse.Namespace) -> int:
    """Edit many pictures; the exit code is that of the first failure that is told, or 0."""
    if not 1 <= options.parallel <= _MOST_AT_ONCE:
        raise BadInput(f"parallel is {options.parallel}; it has to be 1 to {_MOST_AT_ONCE}.")
    client = Client(**request_options(options))
    jobs = read_jobs(options.jobs, options.n or 1)
    codes = []
    with stopped_by_signals(gently=True) as stop:
        batch = _Batch(client, stop, "none" if options.pay_again else "all")
        for outcome, exit_code in batch.outcomes(jobs, options.parallel):
            print_json(outcome)
            codes.append(exit_code)
    left = len(jobs) - len(codes)
    if left:
        what = "1 job was" if left == 1 else f"{left} jobs were"
        say(f"seamfill: {what} not begun. Run the batch again to go on.", error=True)
    if left or Cancelled.exit_code in codes:
        return Cancelled.exit_code
    return next(filter(None, codes), 0)


@dataclass
class _Batch:
    """Jobs under way.

    Parameters
    ----------
    client : Client
    stop : Stop
    reuse : {"all", "none"}
    """

    client: Client
    stop: Stop
    reuse: Reuse

    def outcomes(self, jobs: Iterable[Job], parallel: int) -> Iterator[Told]:
        """What became of each job, as soon as that is known; none of those not begun.

        All are looked through before the first is sent: what is wrong with one is told while
        nothing was paid. An error that is none of the user's ends the batch once all others are
        told.
        """
        sound = []
        for job in jobs:
            told = self._told(job, self._looked_through)
            if told is None:
                sound.append(job)
            else:
                yield told
        crash: BaseException | None = None
        with ThreadPoolExecutor(parallel) as pool:
            waiting: set[Future[Told | None]] = {
                pool.submit(self._told, job, self._edited) for job in sound
            }
            while waiting:
                done, waiting = wait(waiting, _TICK, FIRST_COMPLETED)
                for future in done:
                    crash = crash or future.exception()
                    told = None if future.exception() else future.result()
                    if told is not None:
                        yield told
        if crash is not None:
            raise crash

    def _told(self, job: Job, work: Work) -> Told | None:
        """Do something for a job; its failure must not end the batch."""
        told = {"source": str(job.source), "line": job.line}
        if self.stop.is_set():
            return None
        try:
            outcome = work(job)
        except SeamfillError as error:
            return told | error_object(error), error.exit_code
        except OSError as error:
            trouble = BadInput(f"{job.source} could not be edited: {error.strerror}.")
            return told | error_object(trouble), trouble.exit_code
        return None if outcome is None else (told | outcome, 0)

    def _looked_through(self, job: Job) -> dict[str, Any] | None:
        """What to say of a job that is done; raises what keeps one from being done."""
        paths = output_paths(job.output, job.answers)
        if all(map(_is_whole, paths)):
            return _skipped(paths)
        self._prepared(job)
        return None

    def _prepared(self, job: Job) -> Prepared:
        picture = read_source(job.source)
        prepared = self.client.prepare(picture, mask=job.mask, box=job.box, **job.options)
        check_output(job.output, picture, job.answers)
        return prepared

    def _edited(self, job: Job) -> dict[str, Any]:
        prepared = self._prepared(job)
        before = prepared.before() if self.reuse == "all" else None
        if before is not None and (written := _written(job.output, before)):
            return _skipped(written)
        edited = prepared.run(cancel=self.stop, reuse=self.reuse)
        return edited_object(edited, edited.save(job.output))


def _written(output: Path, before: Record) -> list[Path]:
    """The results of an earlier run, if all are there; fewer or more may have come than asked."""
    written = [Path(path) for path in before.outputs]
    own = {output.absolute(), *map(Path.absolute, output_paths(output, len(written)))}
    return written if own.issuperset(written) and all(map(_is_whole, written)) else []


def _is_whole(path: Path) -> bool:
    """Whether a result is there; files are replaced whole, but others' programs may be killed."""
    return path.is_file() and path.stat().st_size > 0


def _skipped(paths: list[Path]) -> dict[str, Any]:
    return {"outputs": [str(path) for path in paths], "skipped": True}
