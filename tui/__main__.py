"""`python -m tui`: the command line, whose call without a command is the wizard."""

import sys

from tui.cli import main

if __name__ == "__main__":
    sys.exit(main())
