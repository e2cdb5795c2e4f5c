"""Our fit loop against plain `model.fit` of the same network and against a compiled loop written by hand for it, and
cross-validation against building anew per fold.

Compilation is told apart: a fit of one epoch comes first, then the same model goes on. Every pair is interleaved.
"""

import argparse
import os
import time
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
from by_hand import loop
from common import announce, spread, table

from engine.training.hyper import Hyper

ROWS, WIDTH = 20_480, 30
"""Rows that every batch divides, because the loop by hand leaves out what is left over."""
BATCHES = {32: 10, 256: 40, 2048: 100}
"""Rows per step, and the epochs that are timed."""
FOLDS, EPOCHS = 5, 20


class Took(NamedTuple):
    """Wall and processor seconds."""

    wall: float
    cpu: float


def timed(call: Callable[[], Any]) -> Took:
    wall, cpu = time.perf_counter(), time.process_time()
    call()
    return Took(time.perf_counter() - wall, time.process_time() - cpu)


def drawn() -> tuple[Any, Any]:
    """Rows of normal inputs, two classes, seed 1."""
    import numpy as np

    draw = np.random.default_rng(1)
    x = draw.normal(size=(ROWS, WIDTH)).astype(np.float32)
    return x, (x[:, 0] - x[:, 1] * x[:, 2] + draw.normal(size=ROWS) > 0).astype(np.int64)


def fits(hyper: Hyper, epochs: int) -> tuple[tuple[Took, Took], ...]:
    """Ours, Keras and the loop by hand: the first epoch with compiling, then `epochs` more."""
    import keras
    import numpy as np

    from engine.training.fit import Trainer
    from engine.training.layout import Block, Layout
    from engine.training.network import build

    x, y = drawn()
    rows = np.arange(ROWS)
    layout = Layout(blocks=(Block(column="x", kind="number", start=0, width=WIDTH),))
    made = [build(layout, 1, hyper, head="sigmoid", loss="binary_crossentropy") for _ in range(2)]
    trainer = Trainer(made[0], rows=ROWS, batch=hyper.batch)
    ours = [timed(partial(trainer.train, x, y, rows, epochs=n, seed=1)) for n in (1, epochs)]
    keras.utils.set_random_seed(1)
    kept = {"batch_size": hyper.batch, "verbose": 0}
    plain = [timed(partial(made[1].fit, x, y, epochs=n, **kept)) for n in (1, epochs)]
    bare = loop(x, y, batch=hyper.batch, units=hyper.units, layers=hyper.layers)
    hand = [timed(partial(bare, n)) for n in (1, epochs)]
    keras.backend.clear_session()
    return (ours[0], ours[1]), (plain[0], plain[1]), (hand[0], hand[1])


def folds() -> tuple[Took, Took]:
    """Five folds of 569 rows x 30 columns (breast cancer, which scikit-learn ships): ours, and a network per fold."""
    import keras
    from sklearn.datasets import load_breast_cancer
    from sklearn.model_selection import KFold

    from engine.training.apply import transform
    from engine.training.cross_validate import cross_validate
    from engine.training.decide import Decision, Recipe
    from engine.training.kind import fit_target
    from engine.training.layout import joined
    from engine.training.network import build
    from engine.training.prepare import fit, take

    frame, target = load_breast_cancer(return_X_y=True, as_frame=True)
    names = list(frame.columns)
    recipe = Recipe(decisions=tuple(Decision(column=name, action="auto", why="benchmark") for name in names))
    code = fit_target("binary", {"benign": target.map({0: "no", 1: "yes"}).to_numpy(dtype=object)})
    y, hyper = target.to_numpy(), Hyper(units=32, layers=2)
    splits = [Split(*pair) for pair in KFold(FOLDS, shuffle=True, random_state=1).split(frame)]

    def ours() -> None:
        options: dict[str, Any] = {"head": "sigmoid", "loss": "binary_crossentropy", "metric": "roc_auc"}
        cross_validate(frame, y, splits, recipe, hyper, code=code, epochs=EPOCHS, seed=1, **options)

    def plain() -> None:
        for split in splits:
            prepared = fit(recipe, take(frame, split.train, names))
            x = {part: transform(prepared, take(frame, rows, names)) for part, rows in split._asdict().items()}
            model = build(joined([prepared]), 1, hyper, head="sigmoid", loss="binary_crossentropy")
            model.fit(
                *(x["train"], y[split.train]),
                validation_data=(x["test"], y[split.test]),
                epochs=EPOCHS,
                batch_size=hyper.batch,
                verbose=0,
            )
            model.predict(x["test"], verbose=0)

    took = timed(ours), timed(plain)
    keras.backend.clear_session()
    return took


class Split(NamedTuple):
    """Positions of the rows of one fold."""

    train: Any
    test: Any


def compared(what: str, pairs: list[tuple[Took, Took]], steps: int) -> list[str]:
    """A line of the table: steps a second where there are steps, and how many times less than Keras it took."""
    speeds = [[steps / one.wall for one in side] for side in zip(*pairs, strict=True)] if steps else []
    walls = [[one.wall for one in side] for side in zip(*pairs, strict=True)]
    return [
        what,
        *([spread(speed, ",.0f") for speed in speeds] or ["", ""]),
        *(spread(wall) for wall in walls),
        spread([theirs.wall / ours.wall for ours, theirs in pairs], ".1f"),
        spread([theirs.cpu / ours.cpu for ours, theirs in pairs], ".1f"),
    ]


def against(what: str, pairs: list[tuple[Took, Took]]) -> list[str]:
    """A line of the table: how many times the loop by hand ours took."""
    walls = [[one.wall for one in side] for side in zip(*pairs, strict=True)]
    ratios = [spread([getattr(ours, kind) / getattr(hand, kind) for ours, hand in pairs]) for kind in ("wall", "cpu")]
    return [what, *(spread(wall) for wall in walls), *ratios]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    runs = parser.parse_args().runs
    announce("tensorflow", "keras", "numpy")
    rows, by_hand = [], []
    for batch, epochs in BATCHES.items():
        hyper = Hyper(units=64, layers=2, batch=batch)
        found = [fits(hyper, epochs) for _ in range(runs)]
        steps = epochs * -(-ROWS // batch)
        what, first = f"batch {batch}, {epochs} epochs", f"batch {batch}, first epoch"
        rows.append(compared(what, [(ours[1], plain[1]) for ours, plain, _ in found], steps))
        rows.append(compared(first, [(ours[0], plain[0]) for ours, plain, _ in found], steps // epochs))
        by_hand.append(against(what, [(ours[1], hand[1]) for ours, _, hand in found]))
        by_hand.append(against(first, [(ours[0], hand[0]) for ours, _, hand in found]))
    again = [folds() for _ in range(runs)]
    rows.append(compared(f"{FOLDS} folds x {EPOCHS} epochs", again, 0))
    print(f"{ROWS:,} rows x {WIDTH}, 2 layers of 64; {runs} interleaved runs; min / median / max")
    head = [
        "",
        "ours, steps/s",
        "model.fit, steps/s",
        "ours, s",
        "model.fit, s",
        "times faster",
        "times less processor",
    ]
    table(head, rows)
    table(["", "ours, s", "by hand, s", "ours / by hand", "ours / by hand, processor"], by_hand)


if __name__ == "__main__":
    main()
