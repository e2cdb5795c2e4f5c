"""The pages as plain lines, for terminals that cannot hold a screen: digits in place of colours, every item in turn."""

from rich.text import Text

from engine.errors import UserError
from engine.questions import nearest
from engine.seeing.schema import Seen
from tui.seeing import PAGES
from tui.seeing.raw_rows import draw as draw_rows
from tui.views.parts import Lines, Look

ROWS = "rows"
NAMES = (*(page.title.lower() for page in PAGES), ROWS)


def pages(seen: Seen, look: Look, name: str | None) -> list[str]:
    """One page by its name, or all of them. Errors: UserError for a name that is none."""
    if name is not None and name not in NAMES:
        raise UserError(f"{name!r} is not a page{nearest(name, list(NAMES))}; the pages are {', '.join(NAMES)}")
    return [line.plain.rstrip() for each in NAMES if name in (None, each) for line in _page(seen, look, each)]


def _page(seen: Seen, look: Look, name: str) -> Lines:
    if name == ROWS:
        shown = [draw_rows(look, seen, group, 0, 0, len(group.rows)) for group in seen.groups if group.rows]
    else:
        page = next(page for page in PAGES if page.title.lower() == name)
        shown = [page.draw(look, seen, at, True) for at in range(page.items(seen))]
    return [line for lines in shown for line in (*lines, Text())]
