"""Where the tests of the engine find what they share: the command line as a process, and a plan with every result."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tui")]
