"""Blocks as Markdown. Pictures are left out: each repeats numbers of a table."""

import re
from collections.abc import Iterable

from engine.report.blocks import Alarm, Block, Bullets, Heading, Paragraph, Table
from engine.report.words import clean

SPECIAL = re.compile(r"[\\|<>*`]")


def markdown(blocks: Iterable[Block]) -> str:
    return "\n\n".join(filter(None, map(_block, blocks))) + "\n"


def _block(block: Block) -> str:
    match block:
        case Heading():
            return f"{'#' * block.level} {_text(block.text)}"
        case Paragraph():
            return f"{_text(block.text)}{_source(block.source)}"
        case Alarm():
            return f"> **! {_text(block.text)}**{_source(block.source)}"
        case Bullets():
            return "\n".join(f"- {_text(text)}{_source(source)}" for text, source in block.items)
        case Table():
            return _table(block)
        case _:
            return ""


def _table(table: Table) -> str:
    if not table.rows:
        return ""
    header = table.header or ("",) * len(table.rows[0])
    lines = [header, ("---",) * len(header), *(tuple(map(_text, row)) for row in table.rows)]
    text = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return f"{text}\n\n[{table.source}]" if table.source else text


def _text(text: str) -> str:
    return SPECIAL.sub(lambda found: f"\\{found[0]}", clean(text))


def _source(source: str) -> str:
    return f" [{source}]" if source else ""
