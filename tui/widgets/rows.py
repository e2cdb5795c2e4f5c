"""Lines of text of which only the changed ones are sent: what a live view is made of."""

from rich.text import Text
from textual.geometry import Region

from tui.text import Lines, drawn


class Rows(Lines):
    """As many lines as somebody else sets; a change of one line draws that line alone."""

    def show(self, lines: list[Text]) -> None:
        """Show these lines instead, each as wide as the widget at most."""
        before = self._lines
        if len(lines) != len(before):
            super().show(lines)
            return
        changed = [row for row in range(len(lines)) if drawn(lines[row : row + 1]) != drawn(before[row : row + 1])]
        if changed:
            self._lines = lines
            self.refresh(*(Region(0, row, self.size.width, 1) for row in changed))
