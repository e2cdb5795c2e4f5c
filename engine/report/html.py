"""Blocks as one HTML file that needs nothing else: style and pictures are inside, and it prints well."""

from collections.abc import Iterable
from html import escape

from engine.report import svg
from engine.report.blocks import Alarm, Block, Bullets, Curves, Heading, Intervals, Paragraph, Parallel, Picture, Table
from engine.report.words import clean

STYLE = """
:root { color-scheme: light }
body { font: 15px/1.5 system-ui, sans-serif; color: #222; background: #fff }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.8rem } h2 { margin-top: 2.2rem; border-bottom: 1px solid #ccc } h3, h4 { margin-bottom: .3rem }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
th, td { text-align: left; vertical-align: top; padding: .2rem .6rem .2rem 0; border-bottom: 1px solid #e5e5e5 }
td { overflow-wrap: anywhere }
.alarm { border-left: 4px solid #a3260c; padding: .3rem .8rem; background: #fbeeea }
.source { color: #666; font: 12px ui-monospace, monospace }
svg { width: 100%; max-width: 640px; font: 12px system-ui, sans-serif }
.bar { stroke: #1f5f8b; stroke-width: 2 }
figure { margin: 1rem 0 } figcaption { font-weight: 600 }
@media print {
  body { margin: 0; max-width: none; font-size: 11px }
  tr, figure, .alarm { break-inside: avoid } h2, h3, h4 { break-after: avoid }
}
"""


def html(blocks: Iterable[Block]) -> str:
    found = list(blocks)
    title = next((block.text for block in found if isinstance(block, Heading)), "")
    body = "\n".join(map(_block, found))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_text(title)}</title>\n<style>{STYLE}</style></head>\n<body>\n{body}\n</body></html>\n"
    )


def _block(block: Block) -> str:
    match block:
        case Heading():
            return f"<h{block.level}>{_text(block.text)}</h{block.level}>"
        case Paragraph():
            return f"<p>{_text(block.text)}{_source(block.source)}</p>"
        case Alarm():
            return f'<p class="alarm"><strong>! {_text(block.text)}</strong>{_source(block.source)}</p>'
        case Bullets():
            return "<ul>" + "".join(f"<li>{_text(text)}{_source(where)}</li>" for text, where in block.items) + "</ul>"
        case Table():
            return _table(block)
        case Intervals():
            return svg.intervals(block)
        case Curves():
            return svg.curves(block)
        case Parallel():
            return svg.parallel(block)
        case Picture():
            return block.html


def _table(table: Table) -> str:
    if not table.rows:
        return ""
    head = "".join(f"<th>{_text(cell)}</th>" for cell in table.header)
    rows = "\n".join("<tr>" + "".join(f"<td>{_text(cell)}</td>" for cell in row) + "</tr>" for row in table.rows)
    return f"<table><thead><tr>{head}</tr></thead>\n<tbody>{rows}</tbody></table>{_source(table.source)}"


def _text(text: str) -> str:
    return escape(clean(text))


def _source(source: str) -> str:
    return f' <span class="source">[{_text(source)}]</span>' if source else ""
