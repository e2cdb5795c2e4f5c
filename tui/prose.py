"""Markdown as lines for the terminal: headings, paragraphs, lists and code; nothing wider than it may be."""

import re

from rich.text import Text

from tui.widgets.cells import Glyphs, clean, wrap

HEADING = re.compile(r"#{1,6}\s+(.*)")
ITEM = re.compile(r"(\s*)(?:[-*+]|(\d+)\.)\s+(.*)")
INLINE = re.compile(
    r"\*\*(?P<bold>[^*]+)\*\*|`(?P<code>[^`]+)`|\*(?P<italic>[^*\s][^*]*)\*|\[(?P<link>[^\]]+)\]\([^)]*\)"
)


def prose(markdown: str, width: int, glyphs: Glyphs) -> list[Text]:
    """The text, wrapped to `width` cells, emphasis by weight alone."""
    lines: list[Text] = []
    block: list[str] = []
    mark = indent = ""
    fenced = False

    def flush() -> None:
        nonlocal mark, indent
        if block:
            text = clean(" ".join(block), glyphs)
            for number, line in enumerate(wrap(text, width - len(mark or indent))):
                lines.append(_inline((mark if number == 0 else indent) + line))
            block.clear()
        mark = indent = ""

    for line in markdown.splitlines():
        if line.startswith("```"):
            flush()
            fenced = not fenced
        elif fenced:
            lines.append(Text("  " + clean(line, glyphs)))
        elif heading := HEADING.fullmatch(line):
            flush()
            if lines and lines[-1].plain:
                lines.append(Text())
            lines.append(Text(clean(heading[1], glyphs), style="bold"))
        elif item := ITEM.fullmatch(line):
            flush()
            mark = f"{item[1]}{item[2] + '.' if item[2] else glyphs.bullet} "
            indent = " " * len(mark)
            block.append(item[3])
        elif line.strip():
            block.append(line.strip())
        else:
            flush()
            if lines and lines[-1].plain:
                lines.append(Text())
    flush()
    while lines and not lines[-1].plain:
        lines.pop()
    return lines


def _inline(line: str) -> Text:
    text, at = Text(), 0
    for found in INLINE.finditer(line):
        text.append(line[at : found.start()])
        words = next(group for group in found.groups() if group is not None)
        text.append(words, "italic" if found["italic"] else "" if found["link"] else "bold")
        at = found.end()
    text.append(line[at:])
    return text


def first_sentence(markdown: str) -> str:
    """The first sentence of the first paragraph, without marks."""
    for paragraph in re.split(r"\n\s*\n", markdown):
        text = " ".join(line for line in paragraph.splitlines() if not line.startswith("#")).strip()
        if text:
            plain = _inline(text).plain
            end = re.search(r"[.!?](?=\s)", plain)
            return plain[: end.end()] if end else plain
    return ""
