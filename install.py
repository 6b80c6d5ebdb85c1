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

import sys

from installer.main import main

if __name__ == "__main__":
    sys.exit(main())
