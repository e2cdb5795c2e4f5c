"""Nothing that is fitted moves when rows to validate or to test change: every protocol, every encoder, every network.

The lists come from the unions and registries, so that a new encoder or family is tested the moment it exists.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from inspect import signature
from io import BytesIO
from typing import Any, get_args

import msgspec
import numpy as np
import pandas as pd
import pytest
import soundfile
from PIL import Image

from engine.data import folds
from engine.data.folds import Fold
from engine.training.cross_validate import FoldRun, cross_validate
from engine.training.decide import ACTIONS, Copies, Decision, Recipe
from engine.training.families import FAMILIES, Family
from engine.training.hyper import Hyper
from engine.training.kind import fit_target
from engine.training.prepare import fit, take
from engine.training.spec import Derived, DerivedKind, Encoder
from engine.training.spec_picture import PictureShape
from engine.training.spec_sound import SoundShape

ROWS = 240
TAKES = {
    "auto": "number",
    "standard": "number",
    "robust": "number",
    "log": "number",
    "place": "number",
    "onehot": "few",
    "embedding": "many",
    "date": "moment",
    "words": "text",
    "bigrams": "text",
    "tokens": "text",
    "picture": "shot",
    "sound": "cry",
    "anchor": "number",
    "drop": "spare",
}
"""The column that each action is tried on."""


def shot(light: int) -> bytes:
    """A picture of two by two pixels as its file holds it."""
    held = BytesIO()
    Image.fromarray(np.array([[light, 0], [0, light]], np.uint8)).save(held, "png")
    return held.getvalue()


def cry(pitch: int) -> bytes:
    """A fifth of a second of a tone as its file holds it."""
    held = BytesIO()
    soundfile.write(held, np.sin(np.arange(1600) * pitch / 400), 8000, format="WAV")
    return held.getvalue()


WORST = {"number": 1e9, "moment": "1901-01-01", "words": "corrupt corrupt", "picture": shot(255), "sound": cry(900)}
KINDS = {"moment": "moment", "later": "moment", "shot": "picture", "cry": "sound"}
"""Columns whose cells cannot be any words."""


@cache
def table() -> pd.DataFrame:
    """Columns of every kind; `twin` tells `holes`, so that a model can fill its gaps."""
    rng = np.random.default_rng(11)
    number, twin = rng.lognormal(0, 1, ROWS), rng.normal(size=ROWS)
    codes = np.repeat(np.arange(ROWS // 6), 6)
    frame = pd.DataFrame(
        {
            "number": number,
            "other": rng.normal(5, 2, ROWS),
            "twin": twin,
            "holes": 3 * twin + 0.1 * rng.normal(size=ROWS),
            "few": rng.choice(["a", "b", "c"], ROWS),
            "many": [f"v{code}" for code in codes[rng.permutation(ROWS)]],
            "moment": pd.Series(pd.date_range("2020-01-01", periods=ROWS, freq="7h")).astype(str),
            "later": pd.Series(pd.date_range("2021-01-01", periods=ROWS, freq="9h")).astype(str),
            "text": rng.choice(["red fox", "red dog", "grey fox", "grey cat and dog"], ROWS),
            "spare": rng.normal(size=ROWS),
            "cry": [cry(pitch) for pitch in rng.integers(100, 400, ROWS)],
            "shot": [shot(light) for light in rng.integers(0, 120, ROWS)],
        }
    ).astype(dict.fromkeys(("few", "many", "moment", "later", "text", "shot", "cry"), object))
    for name in ("number", "holes", "few", "many", "moment", "text"):
        frame.loc[rng.random(ROWS) < 0.1, name] = None
    return frame


def target() -> np.ndarray:
    return (table()["twin"].to_numpy() + np.random.default_rng(3).normal(size=ROWS) > 0).astype(int)


def recipe(actions: Mapping[str, str], **more: Any) -> Recipe:
    made = tuple(Decision(column=name, action=action, why="test") for name, action in actions.items())
    return Recipe(decisions=made, **{"max_categories": 5, **more})


DERIVED = {
    "ratio": ("number", "other"),
    "product": ("number", "other"),
    "difference": ("number", "other"),
    "days": ("later", "moment"),
    "year": ("moment",),
    "day": ("moment",),
    "joined": ("few", "text"),
}
FILES = {
    "pictures": {"shot": PictureShape(height=2, width=2)},
    "sounds": {"cry": SoundShape(frames=4, bands=4)},
}
PREPARATIONS: dict[str, Recipe] = {
    **{f"action {action}": recipe({TAKES[action]: action, "twin": "standard"}, **FILES) for action in ACTIONS},
    **{
        f"derived {kind}": recipe(
            {"made": "onehot" if kind == "joined" else "auto", "twin": "standard"},
            derived=(Derived(name="made", kind=kind, sources=DERIVED[kind], readings=("text",) * len(DERIVED[kind])),),
        )
        for kind in get_args(DerivedKind)
    },
    "gaps filled by a model": recipe({"holes": "standard", "twin": "standard"}, imputed=("holes",)),
    "copies with gaps": recipe({"few": "onehot", "twin": "standard"}, copies=Copies(rates={"few": 0.3, "twin": 0.3})),
}
WHOLE = recipe(
    {"number": "auto", "other": "robust", "twin": "standard", "holes": "standard", "few": "onehot"}
    | {"many": "embedding", "moment": "date", "text": "words"},
    imputed=("holes",),
)


def groups() -> np.ndarray:
    return np.arange(ROWS) // 8


def protocols() -> dict[str, tuple[Fold, ...]]:
    """Folds of every kind and division that `folds.make` knows."""
    y, order = target(), np.arange(ROWS)
    places = np.random.default_rng(8).uniform(size=(ROWS, 2))
    divisions: dict[str, dict[str, Any]] = {
        "stratified": {"stratify": y},
        "group": {"groups": groups()},
        "time": {"order": order, "gap": 9},
        "spatial": {"places": places},
    }
    known = signature(folds.make).parameters
    made = {}
    for name, more in divisions.items():
        for kind in folds.KINDS:
            if set(more) <= set(known) and (kind, name) != ("iterated", "time"):
                made[f"{kind}, {name}"] = folds.make(kind, n=ROWS, k=3, repeats=2, seed=4, **more)
    return made


PROTOCOLS = protocols()


def corrupted(rows: np.ndarray) -> tuple[pd.DataFrame, np.ndarray]:
    """The table and its target with other values in these rows."""
    frame, y = table().copy(), target()
    for name in frame.columns:
        column = frame[name].to_numpy(dtype=object, copy=True)
        kind = "number" if frame[name].dtype.kind == "f" else KINDS.get(name, "words")
        column[rows] = WORST[kind]
        frame[name] = pd.Series(column, dtype=frame[name].dtype)
    y[rows] = 1 - y[rows]
    return frame, y


def trained(frame: pd.DataFrame, y: np.ndarray, fold: Fold, kind: Recipe, hyper: Hyper) -> FoldRun:
    """One fold, its last training rows telling when to stop."""
    found = cross_validate(
        frame,
        y,
        [fold],
        kind,
        hyper,
        code=fit_target("binary", {"y": np.array(["no", "yes"])}),
        head="sigmoid",
        loss="binary_crossentropy",
        metric="roc_auc",
        epochs=2,
        seed=5,
        watch=lambda rows: Fold(train=np.asarray(rows.train)[::2], test=np.asarray(rows.train)[1::2]),
    )
    return found.parts[0]


def same(before: FoldRun, after: FoldRun) -> None:
    """Preparation, target code and network are those of the other run."""
    assert after.preparation.digest() == before.preparation.digest()
    assert after.code == before.code
    assert after.history.loss == pytest.approx(before.history.loss, abs=1e-5)
    assert after.history.val_loss == pytest.approx(before.history.val_loss, abs=1e-5)
    for here, there in zip(before.history.weights, after.history.weights, strict=True):
        assert np.allclose(here, there, atol=1e-5)


def test_every_encoder_and_every_derived_column_is_tried() -> None:
    """Else the tests below would be silent about a new one."""
    assert set(TAKES) == set(ACTIONS)
    assert set(DERIVED) == set(get_args(DerivedKind))
    rows = np.arange(ROWS)
    made = {
        type(each) for kind in PREPARATIONS.values() for each in fit(kind, take(table(), rows, kind.columns)).encoders
    }
    assert made == set(get_args(Encoder))
    assert fit(PREPARATIONS["gaps filled by a model"], table()).imputers


@pytest.mark.parametrize("kind", PREPARATIONS.values(), ids=PREPARATIONS.keys())
def test_no_preparation_looks_at_other_rows(kind: Recipe) -> None:
    fold = PROTOCOLS["kfold, stratified"][0]
    clean = fit(kind, take(table(), fold.train, kind.columns))
    frame, _ = corrupted(fold.test)
    assert fit(kind, take(frame, fold.train, kind.columns)).to_json() == clean.to_json()
    frame, _ = corrupted(fold.train[:40])
    dropped = all(decision.action == "drop" or decision.column == "twin" for decision in kind.decisions)
    moved = fit(kind, take(frame, fold.train, kind.columns)).to_json() != clean.to_json()
    assert moved or dropped, "a change of training rows has to be seen, or this test could not fail"


@pytest.mark.slow
@pytest.mark.parametrize("name", PROTOCOLS)
def test_no_protocol_lets_other_rows_move_what_is_fitted(name: str) -> None:
    fold = PROTOCOLS[name][-1]
    assert not set(fold.train) & set(fold.test)
    unmoved(fold, WHOLE, Hyper(units=4, learning_rate=0.01))


@pytest.mark.slow
@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.title)
def test_no_network_is_moved_by_other_rows(family: Family) -> None:
    """With copies of training rows that have gaps, and every kind of input."""
    copied = msgspec.structs.replace(WHOLE, copies=Copies(rates={"few": 0.3, "twin": 0.3}))
    unmoved(PROTOCOLS["kfold, group"][0], copied, family.configurations(ROWS)[-1])


def test_a_row_to_learn_from_does_move_it() -> None:
    fold = PROTOCOLS["holdout, stratified"][0]
    clean = trained(table(), target(), fold, WHOLE, Hyper(units=4))
    dirty = trained(*corrupted(fold.train[:3]), fold, WHOLE, Hyper(units=4))
    with pytest.raises(AssertionError):
        same(clean, dirty)


def unmoved(fold: Fold, kind: Recipe, hyper: Hyper) -> None:
    """All rows that a fold does not learn from become others: its fit stays, to the last bit of the preparation."""
    others = np.setdiff1d(np.arange(ROWS), fold.train)
    assert len(others) >= len(fold.test) > 0
    same(trained(table(), target(), fold, kind, hyper), trained(*corrupted(others), fold, kind, hyper))
