"""Small networks of several families against the bar, one after the other, until one beats it or all were tried."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec
import numpy as np

from engine import ledger
from engine.data.folds import Fold
from engine.jobs.context import Context
from engine.stats.paired import judge
from engine.steps import Plan
from engine.steps.baseline import ATTEMPTS, Attempt
from engine.training.decide import Recipe
from engine.training.families import FAMILIES, RATE
from engine.training.hyper import Hyper, advised_batch
from engine.values import Comparison
from engine.work.networks import Validated, validate
from engine.work.rows import Rows
from engine.work.scoring import Scored, compare_stacked, score_stacked

Array = np.ndarray

ALPHA = 0.05
DENSE = "dense network"
CURATED = "with other inputs"


class Ground(NamedTuple):
    """Where all attempts meet: the rows, their folds, and the predictions of the bar."""

    plan: Plan
    context: Context
    rows: Rows
    drawn: Sequence[Fold]
    stacking: Scored
    bar: Array


class Tried(NamedTuple):
    """One configuration, its out-of-fold predictions, its test against the bar, and the p that it had to be below."""

    attempt: Attempt
    validated: Validated
    comparison: Comparison
    level: float

    def beats(self, gain: float) -> bool:
        return judge(self.comparison, gain)[0] == "beats" and self.comparison.p < self.level


def planned(plan: Plan) -> int:
    """How often networks may be tested against the bar: the attempts, and the best of them with other inputs."""
    return (plan.baseline.attempts or ATTEMPTS) + (plan.baseline.curate is not False)


def level(number: int, count: int) -> float:
    """The p that test `number` (from 1) of at most `count` has to be below; all levels together are ALPHA.

    The first has half of it, so that the easy case ends soon; the others share the rest (Bonferroni with weights;
    Holm, 1979, section 5). Stopping at the first success does not change the bound.
    """
    if count == 1:
        return ALPHA
    return ALPHA / 2 if number == 1 else ALPHA / 2 / (count - 1)


def configurations(plan: Plan, rows: int) -> list[tuple[str, Hyper]]:
    """The network that was asked for, then one of every other family, then the second of each; with their families."""
    own = plan.baseline
    first = Hyper(units=own.units or 16, layers=own.layers or 1, learning_rate=RATE, batch=advised_batch(rows))
    made = [(DENSE, first)]
    made += [(each.title, each.configurations(rows)[0]) for each in FAMILIES if each.title != DENSE]
    made += [(each.title, each.configurations(rows)[1]) for each in FAMILIES]
    return made[: own.attempts or ATTEMPTS]


def attempts(ground: Ground) -> list[Tried]:
    """Every configuration up to the first that beats the bar. Errors: UserError, Stopped."""
    wanted, count = configurations(ground.plan, len(ground.rows)), planned(ground.plan)
    tried: list[Tried] = []
    for number, (family, hyper) in enumerate(wanted, 1):
        ground.context.phase(f"attempt: {family}", number - 1, len(wanted))
        tried.append(attempt(ground, family, hyper, f"attempt {number}", level(number, count)))
        if tried[-1].beats(ground.plan.metric.gain or 0.0):
            break
    return tried


def best_of(tried: Sequence[Tried], gain: float) -> Tried:
    """The one that beats the bar, else the one that comes closest to it."""
    return max(tried, key=lambda each: (each.beats(gain), each.comparison.difference))


def attempt(ground: Ground, family: str, hyper: Hyper, name: str, needed: float, recipe: Recipe | None = None) -> Tried:
    """One configuration over all folds and its look in the ledger; once more at a tenth of the rate when it breaks."""
    found, note = _validated(ground, hyper, name, recipe), ""
    if found.trouble:
        slower = msgspec.structs.replace(hyper, learning_rate=hyper.learning_rate / 10)
        note = f"the loss stopped being a number at learning rate {hyper.learning_rate:g}: trained at a tenth of it"
        ground.context.phase(f"{name} again at learning rate {slower.learning_rate:g}")
        hyper, found = slower, _validated(ground, slower, f"{name} slower", recipe)
        note = f"{note}, and again" if found.trouble else note
    metric = ground.plan.metric.primary or ""
    score = score_stacked(metric, ground.rows, ground.stacking, found.predictions, "out of fold").value
    said = f"{name}: {family}, {hyper.units} units, {hyper.layers} layers"
    ledger.record(ground.context.project, "look", "baseline", said, score)
    made = Attempt(
        units=hyper.units,
        layers=hyper.layers,
        learning_rate=hyper.learning_rate,
        batch=hyper.batch,
        epochs=found.epochs,
        score=score,
        hyper=hyper,
        family=family,
        note=note,
    )
    compared = compare_stacked(ground.plan, ground.rows, ground.stacking, found.predictions, ground.bar)
    return Tried(made, found, compared, needed)


def _validated(ground: Ground, hyper: Hyper, name: str, recipe: Recipe | None) -> Validated:
    plan, context, rows, drawn, stacking, _ = ground
    epochs = plan.baseline.epochs or 60
    return validate(plan, rows, drawn, stacking, hyper, epochs, context, name, recipe=recipe)
