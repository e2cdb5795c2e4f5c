"""The training of a final model in plain steps, as an exported script runs it: numpy, pandas, Keras, no more."""

from __future__ import annotations

import argparse
import base64
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from engine.training.apply import transform
from engine.training.balance import Balance, Weighing
from engine.training.compiled import batches, column, epoch_order, loss_of_scores, scores_of, seeded, suits_xla
from engine.training.copies import copied
from engine.training.decide import Copies
from engine.training.dropout import quick_dropout
from engine.training.first_weights import first_weights
from engine.training.lists import lists_in
from engine.training.network import Head, prior_bias
from engine.training.spec import Preparation
from engine.training.target_code import TargetCode, columns_of, columns_of_answer

MISSING = ("", "na", "n/a", "n.a.", "#n/a", "<na>", "?", "null", "(null)", "\\n", "nan", "nat", ".", "none", "-", "--")
CLOSE = 1e-3
"""Up to so much the mean of an input may differ before the table was not read as it was for the model."""


@dataclass(frozen=True)
class Member:
    """One network: what builds and compiles it, how it was trained, and its share of the answer."""

    network: Callable[[], keras.Model]
    epochs: int
    batch: int
    seed: int
    share: float = 1.0


@dataclass(frozen=True)
class Final:
    """All that makes the model: `rows` packs the ids of its training rows, `means` (width,) proves what they hold."""

    kinds: dict[str, str]
    rows: str
    means: tuple[float, ...]
    preparation: Preparation
    target: TargetCode
    head: Head
    threshold: float
    members: tuple[Member, ...]
    balance: Balance = "none"
    copies: Copies | None = None
    """Copies of the training rows with cells emptied, that were learned from too."""
    levels: tuple[float, ...] = ()
    weighed: str = ""
    """What each training row weighs in the loss, as its packed place in `levels`; empty where all weigh alike."""


def main(final: Final) -> None:
    """Train on the rows that were trained on, then predict a file and keep the model, where asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", help="the table that the model was made from, CSV or Parquet")
    parser.add_argument("--predict", metavar="FILE", help="predict the rows of this table")
    parser.add_argument("-o", "--output", metavar="FILE", default="predictions.csv", help="where the predictions go")
    parser.add_argument("--save", metavar="FILE.keras", help="keep the trained network")
    given = parser.parse_args()
    model = train(final, read_table(given.data, final.kinds))
    if given.save:
        model.save(given.save)
    if given.predict:
        answers = predict(final, model, read_table(given.predict, final.kinds))
        answers.to_csv(given.output, index=False)


def read_table(path: str, kinds: dict[str, str]) -> pd.DataFrame:
    """The table, each column of the kind it had, wholly empty rows left out; its index counts the rows from 0."""
    if Path(path).suffix.lower() in (".parquet", ".pq"):
        frame = pd.read_parquet(path)
        return frame.set_index("__row__") if "__row__" in frame else frame
    with open(path, encoding="utf-8-sig") as file:
        first = file.readline()
    separator = max(",;\t|", key=first.count)
    frame = pd.read_csv(path, sep=separator, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    frame.columns = [" ".join(name.split()) for name in frame.columns]
    frame = frame.apply(lambda column: column.str.strip())
    frame = frame[(frame != "").any(axis=1)].reset_index(drop=True)
    return frame.assign(**{name: typed(frame[name], kind) for name, kind in kinds.items() if name in frame})


def typed(cells: pd.Series, kind: str) -> pd.Series:
    """Cells of text as numbers, moments or words; what stands for missing becomes missing."""
    gone = cells.str.lower().isin(MISSING if kind in ("numeric", "date", "boolean") else MISSING[:12])
    known = cells.mask(gone)
    if kind == "numeric":
        return pd.to_numeric(known, errors="coerce")
    if kind == "date":
        return pd.to_datetime(known, format="mixed", utc=True, errors="coerce").dt.tz_localize(None)
    words = (known.str.lower() if kind == "boolean" else known).astype(object)
    return words.where(words.notna(), None)


def train(final: Final, table: pd.DataFrame) -> keras.Model:
    """One network per member on the training rows; several answer with their weighted mean."""
    ids = np.flatnonzero(np.unpackbits(unpacked(final.rows, np.uint8)))
    known = table.loc[table.index.intersection(ids)]
    x = transform(final.preparation, known)
    y = final.target.wanted(final.target.encode({name: known[name].to_numpy() for name in columns_of(final.target)}))
    seen = x[:, : len(final.means)].mean(axis=0, dtype=np.float64)
    wrong = np.flatnonzero(np.abs(seen - final.means) > CLOSE)
    if len(known) != len(ids) or len(wrong):
        names = {place: name for name, place in final.preparation.named.items()}
        where = names.get(int(wrong[0]), "another file") if len(wrong) else f"{len(known)} of {len(ids)} rows"
        raise SystemExit(f"not the rows that the model was made from ({where}): give data/development.parquet instead")
    weights = np.array(final.levels)[unpacked(final.weighed, np.uint32)] if final.weighed else None
    if final.copies is not None:
        raw = {name: known[name].to_numpy() for name in final.kinds if name not in columns_of(final.target)}
        grown = copied(final.copies, raw, len(known), final.members[0].seed)
        x, y = transform(final.preparation, grown), np.concatenate([y] * (final.copies.times + 1))
        weights = None if weights is None else np.tile(weights, final.copies.times + 1)
    models = [fit_network(member, final, x, y, weights) for member in final.members]
    return models[0] if len(models) == 1 else mean_of(models, [member.share for member in final.members])


def unpacked(text: str, kind: type[np.unsignedinteger[Any]]) -> NDArray[Any]:
    """Whole numbers that were written as text."""
    return np.frombuffer(zlib.decompress(base64.b64decode(text)), kind)


def fit_network(
    member: Member, final: Final, x: NDArray[Any], y: NDArray[Any], own: NDArray[Any] | None
) -> keras.Model:
    """Plain training, one batch after the other: seeded first weights, seeded order, the loss of the scores."""
    weighing = Weighing(final.balance, final.target, y)
    weights = weighing.of_rows(y, own)
    keras.utils.set_random_seed(member.seed)
    model = member.network()
    bias = weighing.first_bias(prior_bias(final.head, y, final.target.outputs, model.loss))
    model.set_weights(first_weights(model, member.seed, output_bias=bias))
    seeded(model, member.seed)
    scores = scores_of(model)
    scores.compile(optimizer=model.optimizer, loss=loss_of_scores(model.loss), jit_compile=suits_xla(model))
    lists = lists_in(model.loss, y)
    for epoch in range(1, member.epochs + 1):
        rows, kept = batches(epoch_order(np.arange(len(y)), member.seed, epoch, lists), min(member.batch, len(y)))
        for chosen, counts in zip(rows, kept, strict=True):
            share = counts * len(counts) / counts.sum() * (1.0 if weights is None else weights[chosen])
            with quick_dropout():
                scores.train_on_batch(x[chosen], column(y[chosen]), sample_weight=share.astype(np.float32))
        print(f"epoch {epoch} of {member.epochs}", end="\r", flush=True)
    print()
    model.set_weights(weighing.put_right(model.get_weights()))
    return model


def mean_of(models: Sequence[keras.Model], shares: Sequence[float]) -> keras.Model:
    """One network whose answer is the weighted mean of those of several, which share their input."""
    row = keras.Input(models[0].input_shape[1:], name="row")
    named = [keras.Model(model.inputs[0], model.outputs[0], name=f"member_{at}") for at, model in enumerate(models, 1)]
    parts = [keras.layers.Rescaling(share)(model(row)) for model, share in zip(named, shares, strict=True)]
    return keras.Model(row, keras.layers.Add(name="prediction")(parts), name="ensemble")


def predict(final: Final, model: keras.Model, table: pd.DataFrame) -> pd.DataFrame:
    """The columns of the answer, one line per row of the table: see `columns_of_answer`."""
    outputs = model.predict(transform(final.preparation, table), verbose=0, batch_size=4096).astype(np.float64)
    return pd.DataFrame(columns_of_answer(final.target, final.target.natural(outputs), final.threshold))
