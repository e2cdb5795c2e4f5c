"""Networks on the development rows: prepared for one fold, trained with their curves told, or scored over all folds."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from engine.data.folds import Fold
from engine.data.row_groups import RowGroups
from engine.jobs.context import Context
from engine.steps import Plan
from engine.training.apply import transform
from engine.training.balance import Balance, Weighing
from engine.training.compiled import column, loss_of_scores
from engine.training.copies import with_copies
from engine.training.cross_validate import cross_validate
from engine.training.decide import Recipe
from engine.training.fit import Trainer
from engine.training.fold_cache import CACHE, fitted
from engine.training.history import EpochEnd, History
from engine.training.hyper import Hyper
from engine.training.kind import kind_of
from engine.training.layout import Layout, joined
from engine.training.lists import side_by_side
from engine.training.network import Head, Model, build, prior_bias
from engine.training.out_of_fold import Fold as Divided
from engine.training.references import REFERENCES, refer
from engine.training.size import count_parameters
from engine.work.rows import Rows, make_folds
from engine.work.scoring import Scored
from engine.work.settings import balance_of, loss_of, recipe_of
from engine.work.streaming import free_memory, inputs_of

Array = np.ndarray

PATIENCE = 12
"""Epochs without a better loss on the watched rows after which a fold ends."""

WATCHED = 0.15
"""Share of a fold's training rows that only tell when to stop."""

PROBES = 30
"""Single rows that are predicted to tell the latency."""


@dataclass(frozen=True)
class Prepared:
    """Rows as the network takes them, prepared by one fold's training rows.

    `x` (n, width) float32 and `y` (n,) or (n, outputs), as the network learns them, are of all rows, followed by their
    copies with gaps where the recipe asks for some; `fold` says which train and which validate. `given` (n,) are the
    weights that rows have whatever their class.
    """

    x: Array
    y: Array
    rows: Rows
    fold: Fold
    layout: Layout
    loss: str
    given: Array | None = None
    balance: Balance = "none"

    @property
    def outputs(self) -> int:
        return self.rows.code.outputs

    @property
    def weights(self) -> Array | None:
        """The weights (n,) of the loss, those of the classes among them."""
        return self._weighing.of_rows(self.y, self.given)

    @property
    def first_bias(self) -> list[float]:
        """The scores that answer the prior of the training rows, as it looks under their weights."""
        prior = prior_bias(self.rows.task.head, self.y[self.fold.train], self.outputs, self.loss)
        return self._weighing.first_bias(prior)

    @property
    def _weighing(self) -> Weighing:
        return Weighing(self.balance, self.rows.code, self.y[self.fold.train])

    def parameters(self, hyper: Hyper) -> int:
        return count_parameters(self.layout, self.outputs, hyper)

    def prior_loss(self) -> float:
        """Mean weighted loss of always answering the prior of the training rows on them, in the loss's own unit."""
        return float(self._prior_losses(self.fold.train).mean())

    def prior_row_losses(self) -> Array:
        """The same loss of each validation row (m,)."""
        return self._prior_losses(self.fold.test)

    def _prior_losses(self, places: Array) -> Array:
        scores = np.tile(np.array(self.first_bias, dtype=np.float32), (len(places), 1))
        if self.rows.task.past:
            scores = scores + self.x[places, self.layout.of("anchor")[0].start][:, None]
        wanted = column(self.y[places].astype(np.float32))
        losses = np.asarray(loss_of_scores(self.loss)(wanted, scores), dtype=float)
        weights = self.weights
        return losses if weights is None else losses * weights[places]

    def some_training_rows(self, count: int) -> Prepared:
        """The same with only `count` training rows, every class among them where it can be, or whole lists, and nothing
        to validate.
        """
        train = self.fold.train
        order = np.random.default_rng(1).permutation(len(train))
        kind, y = kind_of(self.rows.task), self.rows.y[train]
        lists = kind.lists(y)
        if lists is not None:
            order = np.asarray(side_by_side(order, lists, np.random.default_rng(1)), dtype=np.int64)
        codes = kind.strata(y[order])
        if codes is not None:
            within = np.zeros(len(codes), dtype=int)
            for code in np.unique(codes):
                within[codes == code] = np.arange(int((codes == code).sum()))
            order = order[np.argsort(within, kind="stable")]
        return replace(self, fold=Fold(train=np.sort(train[order[:count]]), test=np.array([], dtype=int)))


def prepared(plan: Plan, rows: Rows, fold: Fold) -> Prepared:
    """Fit the recipe on the fold's training rows and their copies, and apply it to all."""
    recipe, y = recipe_of(plan), rows.code.fitted(rows.y[fold.train]).wanted(rows.y)
    more = with_copies(recipe, rows.inputs, y, rows.weights, (fold,), None, plan.project.seed)
    assert not isinstance(more.frame, RowGroups)
    grown = Fold(train=more.folds[0].train, test=fold.test)
    preparation = fitted(recipe, more.frame, grown.train, 0)
    x, layout = transform(preparation, more.frame), joined([preparation])
    return Prepared(x, more.y, rows, grown, layout, loss_of(plan), more.weights, balance_of(plan))


def train(
    data: Prepared,
    hyper: Hyper,
    epochs: int,
    context: Context,
    name: str,
    *,
    patience: int | None = None,
    keep_rows: bool = False,
) -> History:
    """Train one network on one fold, its curves told under `name`; losses of rows are weighted."""
    model = build(data.layout, data.outputs, hyper, head=data.rows.task.head, loss=data.loss)
    trainer = Trainer(model, rows=len(data.fold.train), batch=min(hyper.batch, len(data.fold.train)))
    weights = data.weights
    history = trainer.train(
        data.x,
        data.y,
        data.fold.train,
        data.fold.test if len(data.fold.test) else None,
        epochs=epochs,
        seed=context.seed,
        output_bias=data.first_bias,
        weights=weights,
        patience=patience,
        stop=context.stopping,
        progress=lambda end: tell(context, name, end),
        keep_rows=keep_rows,
    )
    if weights is None or history.row_losses is None:
        return history
    return replace(history, row_losses=history.row_losses * weights[data.fold.test])


def tell(context: Context, name: str, end: EpochEnd) -> None:
    """One point of the curves of a run."""
    values = {"loss": end.loss}
    if end.val_loss is not None:
        values["validation loss"] = end.val_loss
    if end.score is not None and np.isfinite(end.score):
        values["score"] = end.score
    context.epoch(name, end.epoch, end.epochs, **values)


@dataclass(frozen=True)
class Validated:
    """A configuration scored over all folds: stacked predictions, and what a final model needs to know."""

    predictions: Array
    parameters: int
    layout: Layout
    epochs: int
    trouble: str
    notes: tuple[str, ...] = ()
    """What training did otherwise than asked, each said once."""
    watched: float = float("inf")
    """Mean over the folds of the lowest loss on the watched rows, which are training rows."""


def validate(
    plan: Plan,
    rows: Rows,
    drawn: Sequence[Fold],
    stacking: Scored,
    hyper: Hyper,
    epochs: int,
    context: Context,
    name: str,
    by_epoch: bool = True,
    prune: Callable[[int, EpochEnd], bool] | None = None,
    recipe: Recipe | None = None,
    earlier: Path | None = None,
) -> Validated:
    """Train one network per fold, its curves told under `name` and the fold's number. Errors: UserError, Stopped,
    Pruned when `prune` says so.

    A killed run goes on after its last finished fold, with `by_epoch` after its last epoch. `earlier`: where another
    job left finished folds of the same network. `recipe`: how rows are prepared, where not as the plan says; prepared
    rows are kept for the next call only where it is the plan's.
    """
    own = recipe or recipe_of(plan)
    found = cross_validate(
        inputs_of(plan, rows, own, context.project, free_memory()),
        rows.y,
        drawn,
        own,
        hyper,
        code=rows.code,
        head=rows.task.head,
        loss=loss_of(plan),
        metric=plan.metric.primary or "",
        epochs=epochs,
        seed=context.seed,
        patience=PATIENCE,
        watch=lambda fold: watched(rows, fold, plan),
        stop=context.stopping,
        progress=lambda number, end: tell(context, f"{name}, fold {number + 1}", end),
        balance=balance_of(plan),
        weights=rows.weights,
        checkpoints=context.checkpoint / folder_of(name),
        earlier=earlier,
        by_epoch=by_epoch,
        prune=prune,
        cache=context.project / CACHE if recipe is None else None,
    )
    predictions = stacking.stack([part.predictions for part in found.parts])
    notes = tuple(dict.fromkeys(note for part in found.parts for note in part.history.notes))
    lowest = [min(part.history.val_loss, default=float("inf")) for part in found.parts]
    return Validated(
        predictions, found.parameters, found.layout, found.best_epoch, found.trouble, notes, float(np.mean(lowest))
    )


def folder_of(name: str) -> str:
    """Where a run of this name leaves its finished folds, in the checkpoint of its job or trial."""
    return name.replace(" ", "-")


def watched(rows: Rows, fold: Divided, plan: Plan) -> Fold:
    """The training rows of a fold, divided into those to learn from and those that tell when to stop.

    Stopping is decided on rows of their own: were it decided on the rows that are scored, the score would be flattered.
    """
    assert plan.protocol.result is not None
    own = plan.protocol.result
    part = rows.some(fold.train)
    inner = make_folds(
        part, kind="holdout", order=own.order, k=2, repeats=1, share=WATCHED, gap=0, seed=plan.project.seed
    )[0]
    return Fold(train=fold.train[inner.train], test=fold.train[inner.test])


def reference_predictions(
    plan: Plan, rows: Rows, drawn: Sequence[Fold], stacking: Scored, context: Context
) -> dict[str, Array]:
    """What linear model, boosted trees and a rule of two questions say on the same folds."""
    found = {}
    for name, reference in REFERENCES.items():
        context.phase(f"reference: {reference.title}")
        said = refer(
            name,
            rows.inputs,
            rows.y,
            drawn,
            recipe_of(plan),
            code=rows.code,
            learn=kind_of(rows.task).learn,
            weights=rows.weights,
            coarse_pictures=not rows.kind.whole_pictures,
            seed=context.seed,
            threads=os.cpu_count() or 1,
            between=context.check,
        )
        found[name] = stacking.stack([part.predictions for part in said.parts])
    return found


def latency_ms(layout: Layout, outputs: int, hyper: Hyper, head: Head, loss: str) -> float:
    """Milliseconds for one row of the network of this architecture, see `milliseconds`."""
    return milliseconds(build(layout, outputs, hyper, head=head, loss=loss), layout.width)


def milliseconds(model: Model, width: int) -> float:
    """Milliseconds for one row of so many inputs on this machine, 95 % of the calls, the network alone."""
    import tensorflow as tf

    call = tf.function(lambda x: model(x, training=False), jit_compile=True)
    row = tf.zeros((1, width))
    call(row)
    taken = []
    for _ in range(PROBES):
        began = time.perf_counter()
        call(row).numpy()
        taken.append(1000 * (time.perf_counter() - began))
    return float(np.quantile(taken, 0.95))
