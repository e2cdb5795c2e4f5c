"""The final network with small weights made zero, beside one that went on learning as long without."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engine.data.folds import Fold
from engine.errors import UserError
from engine.jobs.context import Context
from engine.serving.artifact import MODEL, Artifact
from engine.stats.paired import compare
from engine.steps import Plan
from engine.training.apply import transform
from engine.training.pruning import go_on, kernels, sparsity
from engine.values import Comparison
from engine.work.networks import watched
from engine.work.rows import load_rows
from engine.work.settings import loss_of


@dataclass(frozen=True)
class Pruned:
    """A network with this share of zeros, in `folder`; `change` of the score against the control, above 0 is better."""

    folder: Path
    share: float
    change: Comparison


def pruned(
    plan: Plan, context: Context, trained: Artifact, shares: dict[str, float], room: Path
) -> dict[str, Pruned | str]:
    """Networks by name, or why there is none; each lies in a folder of `room`.

    All go on from the final network, on the same 85 % of the development rows, for the same steps; they are judged by
    paired differences to the control on the other 15 %, which the final network learned from and none of them since.
    """
    import keras

    rows = load_rows(plan, context.project)
    drawn = watched(rows, Fold(train=np.arange(len(rows)), test=np.arange(0)), plan)
    x = np.asarray(transform(trained.preparation, rows.inputs), dtype=np.float32)
    y, code, weights = trained.code.wanted(rows.y), trained.code, rows.weights

    def load() -> Any:
        return keras.saving.load_model(trained.folder / MODEL, compile=False, safe_mode=True)

    if any("Functional" in type(layer).__name__ for layer in load().layers):
        return dict.fromkeys(shares, "an average of several networks is not pruned")
    if not kernels(load()):
        return dict.fromkeys(shares, "it has no kernel large enough to prune")

    def learned(share: float) -> tuple[Any, np.ndarray]:
        model = load()
        go_on(
            model,
            loss_of(plan),
            x[drawn.train],
            y[drawn.train],
            share=share,
            seed=context.seed,
            weights=None if weights is None else weights[drawn.train],
            between=context.check,
        )
        return model, code.natural(model.predict(x[drawn.test], verbose=0, batch_size=4096))

    context.phase("going on learning without zeros, as the control")
    _, control = learned(0.0)
    found: dict[str, Pruned | str] = {}
    for name, share in shares.items():
        context.phase(f"making {share:.0%} of the weights zero")
        model, said = learned(share)
        folder = room / name
        folder.mkdir()
        model.save(folder / MODEL)
        try:
            change = compare(
                plan.metric.primary or "",
                rows.y[drawn.test],
                said,
                control,
                delta=plan.metric.gain or 0.0,
                groups=None if rows.groups is None else rows.groups[drawn.test],
                seed=plan.project.seed,
            )
        except UserError as error:
            found[name] = f"cannot tell what it costs: {error}"
            continue
        found[name] = Pruned(folder, sparsity(model), change)
    return found
