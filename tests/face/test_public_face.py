"""What a script may import, and that importing it costs nothing."""

from __future__ import annotations

import subprocess
import sys
from types import ModuleType

import seamfill


def test_every_public_name_is_there_and_is_no_module() -> None:
    for name in seamfill.__all__:
        assert not isinstance(getattr(seamfill, name), ModuleType), name


def test_importing_seamfill_loads_nothing_heavy() -> None:
    code = (
        "import sys, seamfill, seamfill.cli.parser; "
        "print([m for m in ('cv2', 'numpy', 'requests', 'PIL', 'keyring') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
