"""Time from menu item to drawn dialog, beside GIMP's own Python plug-in “Fog” in the same run.

python -m tests.benchmarks.gimp_dialogs [rounds]
"""

from __future__ import annotations

import statistics
import sys

from tests.window.conftest import installed_desktop

DIALOGS = [
    [["Filters", "Decor", "Fog..."], "Fog..."],
    [["Filters", "Seamfill", "Generative Fill…"], "Generative Fill"],
]


def main() -> None:
    """Measure in GIMP 3.0 and 3.2 and print a table."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    for version in ("3.0", "3.2"):
        with installed_desktop(version) as desktop:
            found = desktop.run("steps_speed", dialogs=DIALOGS, rounds=rounds)
        for title, seconds in found.items():
            print(f"GIMP {version}  {title:16}  median {statistics.median(seconds):.2f} s", seconds)


if __name__ == "__main__":
    main()
