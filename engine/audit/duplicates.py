"""Rows that occur more than once, above all on both sides of the split, where they are remembered, not predicted."""

from engine.audit.sample import ids
from engine.detector import AuditData, Detector
from engine.values import Finding

MANY = 0.01
"""Share of repeated rows that is worth a note."""


def look(data: AuditData) -> tuple[Finding, ...]:
    found = []
    if data.twins:
        found.append(
            Finding(
                detector="duplicates_across_split",
                rows=len(data.twins),
                sample=len(data.frame),
                severity="block",
                evidence=f"{len(data.twins):,} of {len(data.frame):,} development rows have the same inputs "
                "as a sealed row",
                proposal="leave these rows out of training, so that the test asks for nothing it has seen",
                row_ids=data.twins,
                rows_out=True,
            )
        )
    again = data.frame.duplicated().to_numpy()
    repeated = int(again.sum())
    if repeated >= max(1, MANY * len(data.frame)):
        found.append(
            Finding(
                detector="duplicates",
                rows=repeated,
                sample=len(data.frame),
                severity="note",
                evidence=f"{repeated:,} of {len(data.frame):,} development rows repeat an earlier one; "
                "copies are kept on one side of the split",
                proposal="if they are the same event recorded twice, remove them from the file",
                row_ids=ids(data, again),
            )
        )
    return tuple(found)


DETECTOR = Detector("duplicates", "Repeated rows", False, look)
