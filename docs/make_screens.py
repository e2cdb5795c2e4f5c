"""Draws a step of a project as SVG: `python docs/make_screens.py PROJECT STEP OUT.svg [COLUMNS ROWS]`."""

import asyncio
import re
import sys
from pathlib import Path

from engine.session import Session
from tui.app import Modelwright
from tui.wizard import Wizard


async def draw(project: Path, step: str, out: Path, columns: int, rows: int) -> None:
    """Open the project for reading, go to the step, and save the screen as it is."""
    app = Modelwright(project.parent, Session(project, write=False), warm=False)
    async with app.run_test(size=(columns, rows)) as pilot:
        assert isinstance(app.screen, Wizard)
        await app.screen.go(step)
        await pilot.pause()
        app.screen.lines("banner").show([])
        await pilot.pause()
        picture = app.export_screenshot(title=f"modelwright: {project.name}")
        # The reader's own monospaced font does: a picture in a document should ask nobody for a font.
        out.write_text(re.sub(r"@font-face \{.*?\}", "", picture, flags=re.DOTALL), encoding="utf-8")


if __name__ == "__main__":
    project, step, out = sys.argv[1:4]
    columns, rows = map(int, sys.argv[4:6] or ("120", "34"))
    asyncio.run(draw(Path(project), step, Path(out), columns, rows))
