"""A text that is drawn again only when it has changed: what does not change sends nothing."""

from rich.text import Text
from textual.geometry import Size
from textual.widget import Widget


def drawn(lines: list[Text]) -> list[tuple[str, str, str]]:
    """All that decides how lines look (equality of Rich's texts leaves their base style out)."""
    return [(line.plain, str(line.spans), str(line.style)) for line in lines]


class Lines(Widget):
    """Lines of text that somebody else sets; its height is theirs, and nothing at all when there are none."""

    DEFAULT_CSS = "Lines { height: auto; width: 1fr; }"

    def __init__(self, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._lines: list[Text] = []
        self.display = False

    def show(self, lines: list[Text]) -> None:
        """Show these lines instead, each as wide as the widget at most."""
        if drawn(lines) == drawn(self._lines):
            return
        taller = len(lines) != len(self._lines)
        self._lines = lines
        self.display = bool(lines)
        self.refresh(layout=taller)

    @property
    def plain(self) -> str:
        return "\n".join(line.plain for line in self._lines)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._lines)

    def render(self) -> Text:
        return Text("\n", no_wrap=True, end="").join(self._lines)
