"""Cross-validation and the final training on a file larger than memory: `cross_validate` and `fit_all`, streamed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from engine.data.row_groups import RowGroups
from engine.errors import UserError
from engine.jobs.outcome import Stopped
from engine.training.cross_validate import Fitted, in_own_unit, natural, numbered
from engine.training.decide import Recipe
from engine.training.fit import never
from engine.training.history import Array, EpochEnd
from engine.training.hyper import Hyper
from engine.training.layout import joined, places
from engine.training.network import Head, build, prior_bias
from engine.training.out_of_fold import Fold, FoldRun, OutOfFold, averaged
from engine.training.prepare import standardised
from engine.training.spec import Preparation, TargetCode
from engine.training.stream import Inputs, StreamTrainer
from engine.training.stream_fit import fit_folds


def stream_validate(
    source: RowGroups,
    y: Array,
    folds: Sequence[Fold],
    recipe: Recipe,
    hyper: Hyper,
    *,
    code: TargetCode,
    head: Head,
    loss: str,
    metric: str,
    epochs: int,
    seed: int,
    patience: int | None = None,
    watch: Callable[[Fold], Fold] | None = None,
    weights: Array | None = None,
    stop: Callable[[], bool] = never,
    progress: Callable[[int, EpochEnd], None] | None = None,
    checkpoints: Path | None = None,
) -> OutOfFold:
    """As `cross_validate`, the rows of `frame` being those of `source`, which are read anew for every epoch.

    Equal to it but for the order of rows within an epoch, and for medians and quartiles (see `fit_folds`).
    """
    preparations = _fitted(source, recipe, [fold.train for fold in folds], stop)
    layout = joined(preparations)
    most = max(len(fold.train) for fold in folds)
    model = build(layout, code.outputs, hyper, head=head, loss=loss)
    trainer = StreamTrainer(model, rows=most, batch=min(hyper.batch, most))
    parts: list[FoldRun] = []
    for number, (fold, preparation) in enumerate(zip(folds, preparations, strict=True)):
        own = code if code.classes else standardised(code, y[fold.train])
        scaled = y if code.classes else (y - own.center) / own.scale
        looks = fold if watch is None else watch(fold)
        inputs: Any = Inputs(source, preparation, layout)
        history = trainer.train(
            inputs,
            scaled,
            looks.train,
            looks.test,
            epochs=epochs,
            seed=seed,
            used=places(preparation, layout),
            output_bias=prior_bias(head, scaled[fold.train], code.outputs),
            weights=weights,
            patience=patience,
            score=in_own_unit(metric, own),
            stop=stop,
            progress=None if progress is None else numbered(progress, number),
            checkpoint=checkpoints / f"fold-{number:03d}.npz" if checkpoints else None,
        )
        if history.ended == "stopped":
            raise Stopped
        predictions = natural(own, trainer.predict_rows(inputs, fold.test, history.weights))
        parts.append(FoldRun(np.asarray(fold.test), predictions, history, preparation, own))
    return OutOfFold(*averaged(parts), tuple(parts), model.count_params(), layout)


def stream_fit_all(
    source: RowGroups,
    y: Array,
    recipe: Recipe,
    hyper: Hyper,
    *,
    code: TargetCode,
    head: Head,
    loss: str,
    epochs: int,
    seed: int,
    weights: Array | None = None,
    stop: Callable[[], bool] = never,
    progress: Callable[[EpochEnd], None] | None = None,
    checkpoint: Path | None = None,
) -> Fitted:
    """As `fit_all`, the rows of `frame` being those of `source`, which are read anew for every epoch."""
    rows = np.arange(len(y))
    (preparation,) = _fitted(source, recipe, [rows], stop)
    own = code if code.classes else standardised(code, y)
    scaled = y if code.classes else (y - own.center) / own.scale
    layout = joined([preparation])
    model = build(layout, code.outputs, hyper, head=head, loss=loss)
    inputs: Any = Inputs(source, preparation, layout)
    history = StreamTrainer(model, rows=len(y), batch=min(hyper.batch, len(y))).train(
        inputs,
        scaled,
        rows,
        epochs=epochs,
        seed=seed,
        output_bias=prior_bias(head, scaled, code.outputs),
        weights=weights,
        stop=stop,
        progress=progress,
        checkpoint=checkpoint,
    )
    if history.ended == "stopped":
        raise Stopped
    return Fitted(model, preparation, own, history)


def _fitted(
    source: RowGroups, recipe: Recipe, learn: Sequence[Array], stop: Callable[[], bool]
) -> tuple[Preparation, ...]:
    def go_on() -> None:
        if stop():
            raise Stopped

    found = fit_folds(source, recipe, learn, go_on)
    for number, preparation in enumerate(found, start=1):
        if preparation.width == 0:
            raise UserError(
                f"no usable column is left in the training rows of fold {number}: "
                "keep at least one that varies (step preparation)."
            )
    return found
