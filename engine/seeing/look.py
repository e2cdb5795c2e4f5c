"""All that is drawn of the rows to learn from, in one pass of the data step."""

import numpy as np

from engine.detector import AuditData
from engine.seeing.cells import cell_text
from engine.seeing.columns import of_column
from engine.seeing.files import of_files
from engine.seeing.missing import of_missing
from engine.seeing.places import of_places
from engine.seeing.rows import groups
from engine.seeing.schema import Seen
from engine.seeing.texts import of_texts
from engine.seeing.times import over_time
from engine.seeing.together import of_columns

COLUMNS = 60
"""Columns drawn one by one, the target first."""


def seen(data: AuditData) -> Seen:
    """Development rows only: `data` holds no others. Rows that findings are about are added when there are any."""
    frame, codes = data.frame, data.codes
    amounts = codes.astype(float) if codes is not None and data.task != "multiclass" else None
    texts = [name for name, column in data.columns.items() if column.kind == "text" and name in frame]
    order = [name for name in frame.columns if name != data.target]
    order = [data.target, *order] if data.target in frame else order
    drawn = [
        of_column(frame[name], None if name == data.target else amounts)
        for name in order[:COLUMNS]
        if name not in texts
    ]
    return Seen(
        rows=data.rows,
        sample=len(frame),
        target=data.target or "",
        means=_means(data) if amounts is not None else "",
        columns=tuple(each for each in drawn if each is not None),
        not_shown=max(0, len(order) - COLUMNS),
        missing=of_missing(frame),
        together=of_columns(frame.drop(columns=texts), data.target, data.seed),
        series=over_time(frame, data.time, amounts),
        map=of_places(frame, amounts),
        names=tuple(str(name) for name in frame.columns),
        groups=groups(frame, data.seed),
        texts=of_texts(frame, texts, data.seed),
        files=of_files(frame, data.columns, data.target),
    )


def _means(data: AuditData) -> str:
    """What a mean of the codes is, in words: 1 is the class that counts as positive."""
    if data.task != "binary" or data.codes is None or data.target is None:
        return f"mean of {data.target}"
    ones = np.flatnonzero(data.codes == 1)
    return (
        f"share of {data.target} = {cell_text(data.frame[data.target].iloc[ones[0]])}"
        if len(ones)
        else "share of positives"
    )
