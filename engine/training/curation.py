"""What was tried on the inputs of a network, and whether the paired test let it in: values only."""

from __future__ import annotations

from typing import Literal

from engine.values import Value, Whole


class DataTrial(Value, frozen=True, kw_only=True):
    """One change of the inputs that was tried against the inputs as they were.

    "remove" leaves columns out, "create" adds one, "copies" adds training rows with gaps (its control has as many
    rows without). `difference` > 0 means that the change scores better, with its 95 % interval `low` to `high`; all
    of it None where nothing was trained. `looks`: how often validation rows were scored for it.
    """

    kind: Literal["remove", "create", "copies"]
    what: str
    columns: tuple[str, ...] = ()
    score_with: float | None = None
    score_without: float | None = None
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    accepted: bool = False
    why: str
    looks: Whole = 0
