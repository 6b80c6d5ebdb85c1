"""The long run of the fuzzers.

python -m tests.fuzz                       20,000 examples for each
python -m tests.fuzz --examples 500000     as long as you like
python -m tests.fuzz -k journal -x         pytest's own options
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

from tests.fuzz import EXAMPLES


def main() -> int:
    """Run all fuzzers; the exit code is pytest's."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=main.__doc__)
    parser.add_argument("--examples", type=int, default=20_000, metavar="N", help="for each fuzzer")
    options, rest = parser.parse_known_args()
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *rest, "tests/fuzz"]
    env = {**os.environ, EXAMPLES: str(options.examples)}
    return subprocess.run(command, cwd=Path(__file__).parents[2], env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
