"""Run the command: ``python -m seamfill``."""

import sys

from seamfill.cli import main

sys.exit(main())
