"""Climb a ladder of larger networks until validation turns, and see by two controls that the last one is sound."""

from __future__ import annotations

from typing import Literal

import msgspec
import numpy as np
from scipy.stats import t as t_distribution

from engine import ledger
from engine.errors import UserError
from engine.jobs.context import Context
from engine.steps import Plan
from engine.steps.overfit import OverfitResult, Rung, Sanity, Shuffled
from engine.training.families import is_laid_out
from engine.training.history import History
from engine.training.hyper import Hyper
from engine.training.size import batch_within
from engine.work.attempts import asked_for
from engine.work.controls import by_heart, shuffled
from engine.work.networks import Prepared, prepared
from engine.work.rate import some_prepared, tested_rate
from engine.work.rows import folds, load_rows
from engine.work.steady import NoMemory, steadily
from engine.work.streaming import free_memory

SMOOTHING = 0.3
"""Weight of the newest epoch in the moving average of the validation loss (METHODS D9)."""

FELL = 0.02
"""Training loss has to fall by this share after the best epoch, or training has simply ended."""

SURE = 0.01
FEWEST_PAST = 3
PAST_SHARE = 0.05
FULLY = 1e-3
"""Share of the prior's loss below which nothing is left to be explained."""
EASY = 0.02
"""Share of the prior's loss below which the training rows are explained almost fully."""


def run(plan: Plan, context: Context) -> OverfitResult:
    """Rungs until one overfits, then the controls. Errors: UserError."""
    own = plan.overfit
    rows = load_rows(plan, context.project)
    data = prepared(plan, rows, folds(plan, rows)[0])
    hyper, epochs = first(plan, data, context), own.epochs or 80
    rungs: list[Rung] = []
    for number in range(own.rungs or 5):
        context.check()
        context.phase("ladder", number, own.rungs or 5)
        wanted, epochs = _next(hyper, epochs, number, is_laid_out(data.layout))
        batch = batch_within(wanted.batch, data.layout, data.outputs, wanted, free_memory())
        wanted = msgspec.structs.replace(wanted, batch=batch)
        size = f"{wanted.maps} maps, {wanted.stages} stages" if is_laid_out(data.layout) else ""
        name = size or f"{wanted.layers} x {wanted.units}"
        try:
            hyper, history, note = steadily(data, wanted, epochs, context, name, keep_rows=True)
        except NoMemory:
            if not rungs:
                raise UserError(f"{name} does not fit into memory: choose fewer units (baseline.units)") from None
            told = f"{name} does not fit into memory: this size stands"
            rungs[-1] = msgspec.structs.replace(rungs[-1], note="; ".join(filter(None, (rungs[-1].note, told))))
            break
        ledger.record(context.project, "look", "overfit", f"rung {number + 1}: {name}, {epochs} epochs")
        rungs.append(rung(hyper, epochs, data.parameters(hyper), history, note, size))
        if history.ended == "stopped":
            context.check()
        if rungs[-1].onset is not None or explained(rungs, data.prior_loss()):
            break
    context.phase("control: shuffled labels")
    mixed = shuffled(data, hyper, context)
    context.phase("control: a few rows by heart")
    sanity = by_heart(data, hyper, own.memorise or 64, context)
    return _result(tuple(rungs), sanity, mixed, data)


def first(plan: Plan, data: Prepared, context: Context) -> Hyper:
    """The network that the baseline chose, alone and without regularisation, at the learning rate it was trained at;
    else the one that was asked for, at a rate that is tested now.
    """
    found = plan.baseline.result
    if found is None or found.chosen.hyper is None:
        asked = asked_for(plan, len(data.rows))
        tested = tested_rate(some_prepared(plan, data.rows, data.fold, context.seed), asked, context)
        context.log(tested.sentence)
        return msgspec.structs.replace(asked, learning_rate=tested.rate or asked.learning_rate)
    chosen = found.chosen.hyper
    return msgspec.structs.replace(
        chosen,
        layers=max(1, chosen.layers),
        dropout=0.0,
        l2=0.0,
        weight_decay=0.0,
        members=1,
        augment=0.0,
        flip=False,
    )


def _next(hyper: Hyper, epochs: int, number: int, laid_out: bool) -> tuple[Hyper, int]:
    """Width doubles (twice over), then depth, then epochs (METHODS D9); of pictures maps, then stages."""
    if number == 0:
        return hyper, epochs
    if laid_out and number % 3:
        more = {"maps": hyper.maps * 2} if number % 3 == 1 else {"stages": hyper.stages + 1}
        return msgspec.structs.replace(hyper, **more), epochs
    if number % 3 == 1:
        return msgspec.structs.replace(hyper, units=hyper.units * 4), epochs
    if number % 3 == 2:
        return msgspec.structs.replace(hyper, layers=hyper.layers + 1), epochs
    return hyper, epochs * 2


def explained(rungs: list[Rung], prior: float) -> bool:
    """Whether the last two rungs have learned their rows fully: a larger one has nothing left to learn."""
    return len(rungs) > 1 and all(each.loss and each.loss[-1] < FULLY * prior for each in rungs[-2:])


def onset(loss: np.ndarray, validation: np.ndarray, row_losses: np.ndarray) -> tuple[int, int | None, float | None]:
    """Best epoch, epoch from which the network overfits (both from 1) or None, and p (METHODS D9).

    `loss` and `validation` (epochs,); `row_losses` (epochs, validation rows). Overfit: training loss fell by FELL after
    the best epoch, and the rows' losses rose from the best to the last epoch by a one-sided paired t test. A row's best
    epoch is told by the other half of the rows, or the lowest point of a walk would always be risen from; what all rows
    share from one epoch to the next, which more rows do not lessen, counts into the error.
    """
    best = int(np.argmin(_smoothed(validation)))
    past = len(validation) - 1 - best
    if past < max(FEWEST_PAST, PAST_SHARE * len(validation)):
        return best + 1, None, None
    if loss[-1] > loss[best] * (1 - FELL):
        return best + 1, None, None
    rose = np.empty(row_losses.shape[1])
    for half in (0, 1):
        told = int(np.argmin(_smoothed(row_losses[:, 1 - half :: 2].mean(axis=1))))
        rose[half::2] = row_losses[-1, half::2] - row_losses[told, half::2]
    steps = np.diff(validation)
    shared = 1.4826 * float(np.median(np.abs(steps - np.median(steps)))) / np.sqrt(2)
    error = float(np.hypot(rose.std(ddof=1) / np.sqrt(len(rose)), shared))
    if len(rose) < FEWEST_PAST or error == 0:
        return best + 1, None, None
    p = float(t_distribution.sf(rose.mean() / error, len(rose) - 1))
    return best + 1, best + 2 if p < SURE else None, p


def _smoothed(curve: np.ndarray) -> np.ndarray:
    """Moving average (epochs,) in which the newest epoch weighs SMOOTHING."""
    smooth = np.empty(len(curve))
    running = curve[0]
    for epoch, value in enumerate(curve):
        running = SMOOTHING * value + (1 - SMOOTHING) * running
        smooth[epoch] = running
    return smooth


def rung(hyper: Hyper, epochs: int, parameters: int, history: History, note: str, size: str = "") -> Rung:
    """One rung of the ladder with its curves."""
    best, turned, p = (history.best_epoch, None, None)
    if history.row_losses is not None and len(history.loss) > 1:
        best, turned, p = onset(np.array(history.loss), np.array(history.val_loss), history.row_losses)
    return Rung(
        units=hyper.units,
        layers=hyper.layers,
        epochs=epochs,
        parameters=parameters,
        loss=tuple(round(value, 6) for value in history.loss),
        validation_loss=tuple(round(value, 6) for value in history.val_loss),
        best_epoch=best,
        onset=turned,
        p=p,
        note=note,
        size=size,
    )


def _result(rungs: tuple[Rung, ...], sanity: Sanity, mixed: Shuffled, data: Prepared) -> OverfitResult:
    last = rungs[-1]
    outcome: Literal["overfit", "too easy", "too weak", "broken"]
    if not mixed.passed:
        outcome = "broken"
        sentence = mixed.sentence
    elif last.onset is not None:
        outcome = "overfit"
        sentence = f"{last.words} overfits from epoch {last.onset} on (p = {last.p:.1g}): capacity is enough"
    elif not sanity.passed:
        outcome = "broken"
        sentence = f"No rung overfits, and {sanity.sentence}"
    elif last.loss and last.loss[-1] < EASY * data.prior_loss():
        outcome = "too easy"
        sentence = (
            "The rows are learned almost fully and validation does not suffer: the data are easy, or "
            "a column gives the answer away"
        )
    else:
        outcome = "too weak"
        sentence = (
            "No rung overfits within its epochs: more capacity or more epochs might still help, or "
            "the noise of the labels is reached"
        )
    return OverfitResult(
        rungs=rungs,
        reached=outcome == "overfit",
        sentence=sentence,
        sanity=sanity,
        units=last.units,
        layers=last.layers,
        epochs=last.best_epoch,
        outcome=outcome,
        shuffled=mixed,
    )
