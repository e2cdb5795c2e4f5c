"""The ladder of sizes with the curves of each rung, where validation turned, and whether the network can memorise."""

from rich.text import Text

from engine.session import Session
from engine.steps.overfit import OverfitResult, Rung
from tui.views.parts import Column, Lines, Look, Shown, hanging, heading, paragraph, table
from tui.widgets.cells import cut, fit, number, score
from tui.widgets.chart import sparkline
from tui.widgets.curves import calm, curves

HEIGHT = 9
RUNGS = (
    Column("", least=1),
    Column("size", least=6),
    Column("parameters", "right", rank=2),
    Column("best epoch", "right"),
    Column("loss there", "right", rank=1),
    Column("turns at", "right"),
    Column("p", "right", rank=3),
)
OUTCOMES = {
    "overfit": "overfits: large enough to tune",
    "too easy": "learned without overfitting",
    "too weak": "does not overfit yet",
    "broken": "a control failed",
}


def show(session: Session, look: Look) -> Shown:
    """The ladder's result."""
    found = session.plan.overfit.result
    assert found is not None
    chosen = _chosen(found)
    body: Lines = []
    if chosen is not None:
        body += heading(look, f"Loss per epoch at {chosen.words}")
        series = {"training": chosen.loss, "validation": chosen.validation_loss}
        body += curves(
            series, look.width, HEIGHT, mark=chosen.best_epoch, top=calm(series.values()), glyphs=look.glyphs
        )
        body += paragraph(look, _turn(chosen), style="dim")
    if found.rungs:
        body += [*heading(look, "The ladder"), *table(look, RUNGS, [_row(look, rung, chosen) for rung in found.rungs])]
        body += [
            *heading(look, "Validation loss per epoch"),
            *_sparks(look, [rung for rung in found.rungs if rung.validation_loss]),
        ]
    notes = [f"{rung.words}: {rung.note}" for rung in found.rungs if rung.note]
    body += [line for note in notes for line in hanging(look, look.glyphs.bullet, note)]
    sane = found.sanity
    mark, colour = (look.glyphs.yes, "bold green") if sane.passed else (look.glyphs.no, "bold red")
    body += heading(look, f"{sane.rows:,} rows by heart")
    body += hanging(look, mark, sane.sentence, colour)
    if found.shuffled is not None:
        control = found.shuffled
        mark, colour = (look.glyphs.yes, "bold green") if control.passed else (look.glyphs.no, "bold red")
        body += [*heading(look, "Labels shuffled"), *hanging(look, mark, control.sentence, colour)]
    size = chosen.words if chosen else f"{found.layers} x {found.units}"
    unit = "" if chosen and chosen.size else "layers x units, "
    return Shown(size, f"{unit}{OUTCOMES[found.outcome]}", body)


def _chosen(found: OverfitResult) -> Rung | None:
    """The rung from which tuning starts, else the last."""
    sizes = {(rung.units, rung.layers): rung for rung in found.rungs}
    return sizes.get((found.units, found.layers), found.rungs[-1] if found.rungs else None)


def _turn(rung: Rung) -> str:
    if rung.onset is None:
        beyond = "" if rung.p is None else f" (p = {rung.p:.3f})"
        return f"validation is best at epoch {rung.best_epoch}; that it gets worse for good is not shown{beyond}"
    return f"validation is best at epoch {rung.best_epoch} and worse for good from epoch {rung.onset}"


def _row(look: Look, rung: Rung, chosen: Rung | None) -> tuple[str, ...]:
    best = rung.validation_loss[rung.best_epoch - 1] if 0 < rung.best_epoch <= len(rung.validation_loss) else None
    return (
        look.glyphs.here if rung is chosen else "",
        rung.words,
        f"{rung.parameters:,}",
        f"{rung.best_epoch} of {rung.epochs}",
        score(best),
        "-" if rung.onset is None else f"epoch {rung.onset}",
        number(rung.p),
    )


def _sparks(look: Look, rungs: list[Rung]) -> Lines:
    """One line per rung: its size, the curve, first and last value."""
    if not rungs:
        return []
    sizes = [rung.words for rung in rungs]
    ends = [(score(rung.validation_loss[0]), score(rung.validation_loss[-1])) for rung in rungs]
    words = [f"{first} {look.glyphs.arrow} {last}" for first, last in ends]
    before, behind = max(map(len, sizes)), max(map(len, words))
    lines = []
    for name, told, rung in zip(sizes, words, rungs, strict=True):
        top = calm([rung.validation_loss])
        values = [min(value, top) for value in rung.validation_loss]
        drawn = sparkline(values, look.width - before - behind - 4, look.glyphs)
        lines.append(Text(cut(f"{fit(name, before)}  {fit(told, behind)}  {drawn}".rstrip(), look.width, look.glyphs)))
    return lines
