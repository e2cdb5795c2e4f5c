"""What the data step drew of the rows, as pictures. Rows and texts are left out, because a report is passed on."""

from __future__ import annotations

from engine.report.blocks import Block, Heading, Paragraph, Picture
from engine.report.seen_files import files
from engine.report.seen_svg import associations, classes, gaps, histogram, places, series
from engine.seeing.kept import kept
from engine.seeing.schema import Histogram
from engine.session import Session


def blocks(session: Session) -> list[Block]:
    """Pictures of columns, gaps, associations, time and places; nothing where none are kept."""
    result = session.plan.data.result
    seen = kept(session.project, result.seen) if result is not None else None
    if seen is None:
        return []
    found = [series(seen.series, seen.means)] if seen.series else []
    found += [places(seen.map, seen.means)] if seen.map else []
    found += [associations(seen.together)] if seen.together else []
    found += [gaps(seen.missing)] if seen.missing else []
    found += [
        histogram(column, seen.means) if isinstance(column, Histogram) else classes(column, seen.means)
        for column in seen.columns
    ]
    found += [files(column) for column in seen.files]
    said = "Pictures in the HTML page, of the rows to learn from only. Rows and texts stay here: key v in the wizard."
    return [Heading(3, "The rows, drawn"), Paragraph(said), *map(Picture, found)]
