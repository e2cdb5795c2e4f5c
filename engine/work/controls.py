"""Two controls of a network: a few rows have to be learned by heart, and shuffled labels must teach nothing."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import numpy as np
from scipy.stats import ttest_1samp

from engine.jobs.context import Context
from engine.steps.overfit import Sanity, Shuffled
from engine.training.hyper import Hyper
from engine.work.networks import Prepared
from engine.work.steady import steadily

Array = np.ndarray

LEARNED = 0.1
"""Share of the prior's loss that is left when a few rows are learned by heart."""

HEART_EPOCHS = 400
SHUFFLED_EPOCHS = 40
SURE = 0.01
FELL = 0.02
"""Share of its first value by which the training loss falls when shuffled labels are being learned."""


def by_heart(data: Prepared, hyper: Hyper, count: int, context: Context) -> Sanity:
    """Train on a few rows until they are known by heart; a network that cannot has a fault, or the rows contradict."""
    few = data.some_training_rows(count)
    _, history, _ = steadily(few, _brisk(hyper), HEART_EPOCHS, context, "by heart")
    first, last = few.prior_loss(), history.loss[-1] if history.loss else float("inf")
    passed = bool(last <= LEARNED * first)
    n = len(few.fold.train)
    sentence = (
        f"{n} rows are learned by heart (loss {last:.3g} of {first:.3g})"
        if passed
        else f"{n} rows are not learned by heart (loss {last:.3g} of {first:.3g}): rows that contradict "
        f"each other, or too little capacity"
    )
    return Sanity(rows=n, final_loss=last if np.isfinite(last) else first, passed=passed, sentence=sentence)


def shuffled(data: Prepared, hyper: Hyper, context: Context) -> Shuffled:
    """Train on labels dealt out anew: the loss may fall by heart only, and validation must stay at the prior.

    After Zhang et al. (2017). Validation rows that are answered better than by the prior (one-sided paired t test of
    their losses after the last epoch, p < SURE) come from a leak or a fault, because there was nothing to learn.
    """
    train = data.fold.train
    y = np.array(data.y)
    y[train] = np.random.default_rng(context.seed).permutation(y[train])
    mixed = replace(data, y=y)
    _, history, _ = steadily(mixed, hyper, SHUFFLED_EPOCHS, context, "shuffled labels", keep_rows=True)
    prior = data.prior_row_losses()
    final = history.row_losses[-1] if history.row_losses is not None else prior
    return judged(np.array(history.loss), final, prior)


def judged(loss: Array, final: Array, prior: Array) -> Shuffled:
    """What the control says, from the training loss per epoch and the validation rows' losses; pure."""
    gain = prior - final
    p = 1.0 if np.allclose(gain, gain[0]) else float(ttest_1samp(gain, 0.0, alternative="greater").pvalue)
    leaks = p < SURE
    fell = len(loss) > 1 and bool(loss[-1] < loss[0] * (1 - FELL))
    seen = f"validation loss {final.mean():.3g}, the prior's {prior.mean():.3g}"
    if leaks:
        sentence = f"Shuffled labels still answer validation rows better than the prior ({seen}, p = {p:.1g}): a leak"
    elif fell:
        sentence = f"Shuffled labels are learned by heart and teach nothing about other rows ({seen})"
    else:
        sentence = f"Shuffled labels are not learned within {len(loss)} epochs, and teach nothing ({seen})"
    return Shuffled(
        loss=tuple(round(float(value), 6) for value in (loss[0], loss[-1])) if len(loss) else (),
        validation_loss=float(final.mean()),
        prior_loss=float(prior.mean()),
        p=p,
        fell=fell,
        passed=not leaks,
        sentence=sentence,
    )


def _brisk(hyper: Hyper) -> Hyper:
    """The same network with a brisk learning rate and small batches, so that a few rows are learned soon."""
    return msgspec.structs.replace(
        hyper, learning_rate=5e-3, batch=16, units=max(64, hyper.units), layers=max(2, hyper.layers)
    )
