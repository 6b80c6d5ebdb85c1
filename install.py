#!/usr/bin/env python3
"""Install Seamfill for the user who runs this.

Makes an environment of its own for Seamfill in the user's data directory, and copies the plug-in
into every GIMP 3 profile found on this machine. Nothing outside the user's own directories is
written. Standard library only.

    python3 install.py               install, or upgrade
    python3 install.py --dry-run     only say what would be done
    python3 install.py --uninstall   remove everything that this made
    python3 install.py --demo        run the main job with a real photograph in a real GIMP
"""

# This file alone is written so that a Python of any age can read it, and say that it is too old.

import sys

OLDEST = (3, 11)

if __name__ == "__main__":
    if sys.version_info < OLDEST:
        oldest = ".".join(str(number) for number in OLDEST)
        this = ".".join(str(number) for number in sys.version_info[:2])
        sys.stderr.write("install.py: Seamfill needs Python " + oldest + " or newer, ")
        sys.stderr.write("and this is Python " + this + ".\n")
        sys.stderr.write("Install a newer one and run install.py with it, for example: ")
        sys.stderr.write("python3.12 install.py\n")
        sys.exit(2)
    from installer.main import main

    sys.exit(main())
