"""Copying so that it arrives: through tmux's buffer inside tmux, by OSC 52 outside, and always into a file."""

import os
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

PATIENCE = 3.0
"""Seconds that tmux may take."""


def copy(text: str, file: Path, osc52: Callable[[str], None]) -> str:
    """Copy, and say in words how, with the file that holds the text in any case. Errors: OSError of the file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    if os.environ.get("TMUX"):
        with suppress(OSError, subprocess.SubprocessError):
            subprocess.run(
                ["tmux", "load-buffer", "-w", "-"],
                input=text.encode(),
                timeout=PATIENCE,
                check=True,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            return f"copied to the tmux buffer (or: cat {file})"
        return f"tmux did not take it; it is in {file}"
    osc52(text)
    return f"sent to the terminal's clipboard, which some terminals refuse (or: cat {file})"
