"""Fuzzers: every parser of what strangers, disks and users hand over, fed with all sorts.

A short run is part of the tests; ``python -m tests.fuzz --examples N`` makes a long one. Whatever
is thrown in, there is a result or one of Seamfill's own errors, soon and in little memory; a
traceback, a hang or a swollen process is a failure.

What was found once stays: as an ``@example``, or as a file in ``corpus/NAME/``, which `fuzz` hands
to the test before anything else.
"""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from hypothesis import HealthCheck, example, settings

from seamfill.errors import SeamfillError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

__all__ = ["EXAMPLES", "bounded", "clean", "corpus", "fuzz"]

EXAMPLES = "SEAMFILL_FUZZ_EXAMPLES"
"""The environment variable that says how many examples each fuzzer gets."""

_SHORT = 100
_SECONDS = 10
_BYTES = 2_000_000_000
_CORPUS = Path(__file__).parent / "corpus"
_EXIT_CODES = {2, 3, 4, 5, 130}

T = TypeVar("T")


def fuzz(name: str | None = None, *, cost: int = 1) -> Callable[[Any], Any]:
    """Decorate a test above its ``@given``: how many examples it gets, and its corpus.

    Parameters
    ----------
    name : str, optional
        Of a folder of the corpus; each of its files is handed over as bytes, so the test takes
        one argument.
    cost : int
        How many times as much as usual an example costs; so many fewer there are.
    """
    count = max(10, int(os.environ.get(EXAMPLES, _SHORT)) // cost)
    checks = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]

    def decorate(test: Any) -> Any:
        for data in corpus(name) if name else []:
            test = example(data)(test)
        return settings(max_examples=count, deadline=None, suppress_health_check=checks)(test)

    return decorate


def corpus(name: str) -> list[bytes]:
    """What was found once, from the folder of that name."""
    return [path.read_bytes() for path in sorted((_CORPUS / name).iterdir())]


def clean(call: Callable[[], T]) -> T | SeamfillError:
    """What a call returns, or the error for the user; everything else is a defect.

    The call has 10 seconds, and 2 GB more than the process has already.
    """
    try:
        with bounded():
            return call()
    except SeamfillError as error:
        told = error
    assert told.exit_code in _EXIT_CODES
    assert told.message
    assert "\n" not in told.message
    assert "Traceback" not in str(told)
    str(told).encode()  # no lone surrogates: it is printed and written
    return told


@contextlib.contextmanager
def bounded(seconds: int = _SECONDS, size: int = _BYTES) -> Iterator[None]:
    """Fail what takes longer or swells further (on Unix).

    Parameters
    ----------
    seconds : int
        Until `TimeoutError`.
    size : int
        Bytes more than now until `MemoryError`.
    """
    if os.name != "posix":
        yield
        return
    import resource

    def late(_signal: int, _frame: FrameType | None) -> None:
        raise TimeoutError(f"still at work after {seconds} seconds")

    limits = resource.getrlimit(resource.RLIMIT_AS)
    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    with contextlib.suppress(ValueError, OSError):  # there is a lower limit already
        resource.setrlimit(resource.RLIMIT_AS, (_address_space() + size, limits[1]))
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
        resource.setrlimit(resource.RLIMIT_AS, limits)


def _address_space() -> int:
    """Bytes of address space that this process has taken (Linux; elsewhere a generous guess)."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except OSError:
        return 1 << 40
    return pages * os.sysconf("SC_PAGE_SIZE")
