"""Pictures of who is in the file: columns that differ from production, scores by source, loss by age, weights."""

from engine.report.blocks import Block, Curves, Intervals
from engine.representative.schema import Decay, Production, Source, Weighting
from engine.steps.data import DataResult
from engine.values import Score


def pictures(found: DataResult) -> list[Block]:
    """Those of what was compared; none for what was not."""
    return [
        *(_production(found.production) if found.production else []),
        *(_sources(found.sources) if found.sources else []),
        *(_decay(found.decay) if found.decay else []),
        *(_weights(found.weighting) if found.weighting else []),
    ]


def _production(found: Production) -> list[Block]:
    shown: list[Block] = []
    if found.shifted:
        effects = tuple((f"{each.column}, {each.test}", each.effect, 0.0, each.effect) for each in found.shifted)
        shown.append(Intervals("How far columns differ from production (effect, 0 is not at all)", effects))
    if found.now is not None and found.predicted is not None:
        scores = (_row("development rows", found.now), _row("weighted like production", found.predicted))
        shown.append(Intervals(f"{found.now.metric} of a cheap model, here and as predicted for production", scores))
    return shown


def _sources(found: tuple[Source, ...]) -> list[Block]:
    rows = [
        row
        for each in found
        for row in (_row(f"{each.name}, learnt from", each.within), _row(f"{each.name}, left out", each.without))
    ]
    return [Intervals(f"{found[0].within.metric} on each source, learnt from and left out", tuple(rows))]


def _decay(found: Decay) -> list[Block]:
    across = f"age of the training rows (periods of {found.period})"
    return [Curves("Loss as training rows grow old", across, (("loss", found.loss),), dots=True, first=0)]


def _weights(found: Weighting) -> list[Block]:
    lines = []
    for each in found.strata:
        share = each.after if found.used else each.before
        lines.append((f"{each.column}, {each.value}", share, min(share, each.wanted), max(share, each.wanted)))
    kind = "weighted" if found.used else "as they are"
    return [Intervals(f"Share of the rows ({kind}: dot) and of the population (other end)", tuple(lines))]


def _row(name: str, score: Score) -> tuple[str, float, float | None, float | None]:
    return name, score.value, score.low, score.high
