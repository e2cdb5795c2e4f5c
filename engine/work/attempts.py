"""Small networks of several families against the bar: the simplest first, then the best learner of the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from msgspec.structs import replace

from engine import ledger
from engine.data.folds import Fold
from engine.errors import UserError
from engine.jobs.context import Context
from engine.stats.paired import judge
from engine.steps import Plan
from engine.steps.baseline import ATTEMPTS, Attempt
from engine.tasks import TASKS
from engine.training.decide import Recipe
from engine.training.families import RATE, is_laid_out, suiting
from engine.training.hyper import Hyper, advised_batch
from engine.training.inputs.convolutions import AUGMENT
from engine.training.layout import Layout
from engine.training.rates import RangeTest
from engine.training.size import batch_within
from engine.values import Comparison
from engine.work.networks import Validated, validate
from engine.work.rate import some_prepared, tested_rate
from engine.work.rows import Rows
from engine.work.scoring import Scored, compare_stacked, score_stacked
from engine.work.steady import NoMemory, with_less
from engine.work.streaming import free_memory

Array = np.ndarray

ALPHA = 0.05
DENSE = "dense network"
CURATED = "with other inputs"


class Ground(NamedTuple):
    """Where all attempts meet: the rows, their folds, and the predictions of the bar; where texts are read, also those
    of the linear model on their words and pairs of words, which a network may not lose to.
    """

    plan: Plan
    context: Context
    rows: Rows
    drawn: Sequence[Fold]
    stacking: Scored
    bar: Array
    floor: Array | None = None


class Tried(NamedTuple):
    """One configuration, its out-of-fold predictions, its test against the bar, and the p that it had to be below.

    A level of 0 says that it was not chosen for a test.
    """

    attempt: Attempt
    validated: Validated
    comparison: Comparison
    level: float
    floor: Comparison | None = None

    def beats(self, gain: float) -> bool:
        return judge(self.comparison, gain)[0] == "beats" and self.comparison.p < self.level and not self.loses

    @property
    def loses(self) -> bool:
        """Whether the linear model on words is shown to be better."""
        return self.floor is not None and self.floor.high < 0 and self.floor.p < ALPHA


def planned(plan: Plan) -> int:
    """How often networks may be tested against the bar: the first, one of the others, and one with other inputs."""
    return min(plan.baseline.attempts or ATTEMPTS, 2) + (plan.baseline.curate is not False)


def level(number: int, count: int) -> float:
    """The p that test `number` (from 1) of at most `count` has to be below; all levels together are ALPHA.

    The first has half of it, so that the easy case ends soon; the others share the rest (Bonferroni with weights;
    Holm, 1979, section 5). Stopping at the first success does not change the bound.
    """
    if count == 1:
        return ALPHA
    return ALPHA / 2 if number == 1 else ALPHA / 2 / (count - 1)


def asked_for(plan: Plan, rows: int) -> Hyper:
    """The first network, at a learning rate that nobody has tested."""
    own = plan.baseline
    return Hyper(
        units=own.units or 16,
        layers=1 if own.layers is None else own.layers,
        learning_rate=RATE,
        batch=advised_batch(rows),
    )


def configurations(plan: Plan, rows: int, layout: Layout, rate: float | None = None) -> list[tuple[str, Hyper]]:
    """The network that was asked for, then one of every other family that fits the layout, then the second of each;
    with their families. A family that the kind of prediction wants first is before them all.

    `rate`: what a range test of the first found; it holds for the dense networks, which are of its kind.
    """
    own = plan.baseline
    task = TASKS.get(plan.framing.task or "")
    names = task.families if task else ()
    fitting = suiting(names, layout)
    if names:
        return [(each.title, made) for each in fitting for made in each.configurations(rows)][
            : own.attempts or ATTEMPTS
        ]
    first = asked_for(plan, rows)
    if is_laid_out(layout):
        # Batch normalisation lets the loss fall at rates far too low to learn with, which a range test takes for good.
        first, rate = replace(first, augment=AUGMENT), None
    made = [(DENSE, first)]
    made += [(each.title, each.configurations(rows)[0]) for each in fitting if each.title != DENSE]
    made += [(each.title, each.configurations(rows)[1]) for each in fitting]
    if rate is not None:
        made = [(kind, replace(each, learning_rate=rate) if kind == DENSE else each) for kind, each in made]
    if task and task.first:
        made.sort(key=lambda pair: pair[0] != task.first)
    return made[: own.attempts or ATTEMPTS]


def attempts(ground: Ground) -> tuple[RangeTest, list[Tried]]:
    """The first configuration, and where it does not beat the bar all others; with the test of their rate.

    Of the others the one with the lowest loss on the watched rows is tested: those are training rows, so that its test
    is one look at the scored rows and not seven. One that does not fit into memory is passed over.

    Errors: UserError, Stopped.
    """
    plan, context, rows, drawn = ground[:4]
    sample = some_prepared(plan, rows, drawn[0], context.seed)
    tested = tested_rate(sample, asked_for(plan, len(rows)), context)
    context.log(tested.sentence)
    wanted, count = configurations(plan, len(rows), sample.layout, tested.rate), planned(plan)
    tried: list[Tried] = []
    for number, (family, hyper) in enumerate(wanted, 1):
        context.phase(f"attempt: {family}", number - 1, len(wanted))
        batch = batch_within(hyper.batch, sample.layout, sample.outputs, hyper, free_memory())
        try:
            needed = level(1, count) if number == 1 else 0.0
            tried.append(attempt(ground, family, replace(hyper, batch=batch), f"attempt {number}", needed))
        except NoMemory:
            context.log(f"attempt {number}: {family} does not fit into memory and is left out", "warning")
            continue
        if tried[-1].beats(plan.metric.gain or 0.0):
            break
    if not tried:
        raise UserError("no network fits into memory: choose fewer units (baseline.units), or leave columns out")
    return tested, tried if all(each.level for each in tried) else one_of_the_others(tried, level(2, count))


def one_of_the_others(tried: Sequence[Tried], needed: float) -> list[Tried]:
    """The same, with the best learner of those that were not tested to be tested: its p has to be below `needed`."""
    others = [place for place, each in enumerate(tried) if not each.level]
    chosen = min(others, key=lambda place: tried[place].validated.watched)
    return [each._replace(level=needed) if place == chosen else each for place, each in enumerate(tried)]


def best_of(tried: Sequence[Tried], gain: float) -> Tried:
    """The one that beats the bar, else of those that were tested the one that comes closest to it."""
    return max(tried, key=lambda each: (each.beats(gain), each.level > 0, each.comparison.difference))


def attempt(ground: Ground, family: str, hyper: Hyper, name: str, needed: float, recipe: Recipe | None = None) -> Tried:
    """One configuration over all folds and its look in the ledger; once more at a tenth of the rate when it breaks.

    Errors: NoMemory when it does not fit even with small batches.
    """
    hyper, found, notes = with_less(hyper, lambda now: _validated(ground, now, name, recipe))
    if found.trouble:
        slower = replace(hyper, learning_rate=hyper.learning_rate / 10)
        ground.context.phase(f"{name} again at learning rate {slower.learning_rate:g}")
        told = f"the loss stopped being a number at learning rate {hyper.learning_rate:g}: trained at a tenth of it"
        hyper, found, halved = with_less(slower, lambda now: _validated(ground, now, f"{name} slower", recipe))
        notes += [*halved, f"{told}, and again" if found.trouble else told]
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
        note="; ".join([*notes, *found.notes]),
    )
    compared = compare_stacked(ground.plan, ground.rows, ground.stacking, found.predictions, ground.bar)
    floor = None
    if ground.floor is not None:
        floor = compare_stacked(ground.plan, ground.rows, ground.stacking, found.predictions, ground.floor)
    return Tried(made, found, compared, needed, floor)


def _validated(ground: Ground, hyper: Hyper, name: str, recipe: Recipe | None) -> Validated:
    plan, context, rows, drawn, stacking = ground[:5]
    epochs = plan.baseline.epochs or 60
    return validate(plan, rows, drawn, stacking, hyper, epochs, context, name, recipe=recipe)
