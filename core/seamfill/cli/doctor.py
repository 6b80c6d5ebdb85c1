"""``seamfill doctor``: looks at all that an edit needs, and says of each what to do.

What it says is safe to show to anybody: keys are never read into it, the user's home is ``~``, and
addresses have no names and passwords in them.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from seamfill.cli import checks
from seamfill.cli.output import print_json, say
from seamfill.errors import SeamfillError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

__all__ = ["run_doctor"]

_LOGIN = re.compile(r"(?<=://)[^/\s@]+@")


def run_doctor(options: argparse.Namespace) -> int:
    """Check what an edit needs; the exit code is 1 where something is to be done."""
    findings = {name: _found(check) for name, check in _CHECKS.items()}
    if options.json:
        print_json({name: {"ok": f.ok, "says": f.says, "do": f.do} for name, f in findings.items()})
    else:
        for name, finding in findings.items():
            say(f"{'ok ' if finding.ok else 'BAD'}  {name}: {finding.says}")
            if finding.do:
                say(f"     {finding.do}")
    return 0 if all(finding.ok for finding in findings.values()) else 1


def _found(check: Callable[[], checks.Finding]) -> checks.Finding:
    try:
        ok, says, do = check()
    except SeamfillError as error:
        ok, says, do = False, error.message, error.hint
    except Exception as error:
        ok, says, do = False, f"{type(error).__name__}: {error}", "Please report it."
    return checks.Finding(ok, _public(says), _public(do))


def _public(text: str) -> str:
    home = str(Path.home())
    return _LOGIN.sub("", text.replace(home, "~") if home != "/" else text)


_CHECKS: dict[str, Callable[[], checks.Finding]] = {
    "Seamfill": checks.versions,
    "environment": checks.environment,
    "GIMP": checks.plugins,
    "worker": checks.worker,
    "certificates": checks.certificates,
    "proxy": checks.proxy,
    "endpoint": checks.endpoint,
    "key": checks.key,
    "model": checks.model,
    "offline endpoint": checks.offline,
    "disk": checks.disk,
    "journal": checks.journal,
}
