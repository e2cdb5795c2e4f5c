"""Builds a network as a compiled Keras model of stock layers, which loads and converts without this package."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.stats.quantiles import LEVELS
from engine.training import unet
from engine.training.devices import Precision
from engine.training.embeddings import features, owners
from engine.training.hyper import Hyper
from engine.training.inputs import INPUTS
from engine.training.inputs.base import positions
from engine.training.layout import Layout
from engine.training.lists import LISTWISE
from engine.training.pixel_losses import mean_scores

Head: TypeAlias = Literal["sigmoid", "softmax", "linear", "exponential", "pixels", "anchored"]
Weights: TypeAlias = list[NDArray[Any]]
Model: TypeAlias = Any
FROM_LAST = "from_last"
"""The layer that adds a row's level to what the network says of it."""
DECAYING = ("dense_", "scores/", *(layer for kind in INPUTS.values() for layer in kind.decaying))
"""What the names of layers begin with whose kernels weight decay may make smaller."""


def build(
    layout: Layout, outputs: int, hyper: Hyper, *, head: Head, loss: str, precision: Precision = "float32"
) -> Model:
    """A compiled Keras model from rows (n, layout.width) to (n, outputs): probabilities, or amounts in scaled units.

    `loss` is the name of a loss. The first weights are Keras's own; `first_weights` gives seeded ones. With several
    members the answer is the mean of theirs; `loss_of_scores` trains each on its own loss. `precision` is that of the
    hidden layers alone: ids, embedded numbers and the answer keep float32, and so do all weights.
    """
    import keras

    inputs = keras.Input((layout.width,), name="row")
    if head == "pixels":
        answer = keras.layers.Activation("linear", name="prediction")(unet.scores(inputs, layout, outputs, hyper))
    else:
        answer = _answer(inputs, layout, outputs, hyper, head, precision)
    model = keras.Model(inputs, answer, name="network")
    optimizer = _optimizer(model, hyper)
    if precision == "mixed_float16":
        optimizer = keras.optimizers.LossScaleOptimizer(optimizer)
    model.compile(optimizer=optimizer, loss=loss)
    model.layout, model.owners = layout, owners(layout, hyper)
    return model


def _answer(inputs: Any, layout: Layout, outputs: int, hyper: Hyper, head: Head, precision: Precision) -> Any:
    """Embedded inputs, hidden layers, and the head (n, outputs)."""
    import keras

    decay = keras.regularizers.L2(hyper.l2) if hyper.l2 else None
    hidden = features(inputs, layout, hyper, precision)
    for number in range(1, hyper.layers + 1):
        hidden = keras.layers.Dense(
            hyper.units,
            use_bias=not hyper.batch_norm,
            kernel_regularizer=decay,
            name=f"dense_{number}",
            dtype=precision,
        )(hidden)
        if hyper.batch_norm:
            hidden = keras.layers.BatchNormalization(name=f"norm_{number}", dtype=precision)(hidden)
        hidden = keras.layers.Activation(hyper.activation, name=f"{hyper.activation}_{number}", dtype=precision)(hidden)
        if hyper.dropout:
            hidden = keras.layers.Dropout(hyper.dropout, name=f"dropout_{number}", dtype=precision)(hidden)
    if hyper.members == 1:
        scores = keras.layers.Dense(outputs, kernel_regularizer=decay, name="scores")(hidden)
        scores, head = anchored(inputs, layout, scores, head)
        answer = keras.layers.Activation(head, name="prediction")(scores)
    else:
        # One bias for all members, because the LiteRT converter cannot add one of shape (members, 1).
        scores = keras.layers.EinsumDense(
            "bkh,kho->bko", (hyper.members, outputs), bias_axes="o", kernel_regularizer=decay, name="scores"
        )(hidden)
        scores, head = anchored(inputs, layout, scores, head)
        answers = keras.layers.Activation(head, name="predictions")(scores)
        answer = keras.layers.GlobalAveragePooling1D(name="prediction")(answers)
    return answer


def anchored(inputs: Any, layout: Layout, scores: Any, head: Head) -> tuple[Any, Head]:
    """For head "anchored" the first input of its kind plus the second times the scores, else the scores.

    So a network answers in the level and the spread that a row has, and goes on where training rows never were.
    """
    import keras

    if head != "anchored":
        return scores, head
    last, spread = (keras.ops.take(inputs, [place], axis=1) for place in positions(layout.of("anchor"))[:2])
    if len(scores.shape) == 3:
        members = int(scores.shape[1])
        last = keras.layers.RepeatVector(members, name="last")(last)
        spread = keras.layers.RepeatVector(members, name="spread")(spread)
    moved = keras.layers.Multiply(name="in_spreads")([scores, spread])
    # Keras takes what it adds for a bias where rows are as many as members, or one; what it subtracts it does not.
    return keras.layers.Subtract(name=FROM_LAST)([moved, keras.ops.negative(last)]), "linear"


def _optimizer(model: Model, hyper: Hyper) -> Any:
    import keras

    if not hyper.weight_decay:
        return keras.optimizers.Adam(hyper.learning_rate)
    optimizer = keras.optimizers.AdamW(hyper.learning_rate, weight_decay=hyper.weight_decay)
    optimizer.exclude_from_weight_decay([each for each in model.trainable_variables if not _decays(each)])
    return optimizer


def _decays(variable: Any) -> bool:
    return bool(variable.path.endswith("kernel") and variable.path.startswith(DECAYING))


def prior_bias(head: Head, y: NDArray[Any], outputs: int, loss: str = "") -> list[float]:
    """The scores that answer the prior of y (n,) or (n, outputs), as the network learns it.

    Log odds, log shares, logarithms of means, means, or what else has the least `loss`. Half a row is added per class,
    so that a class absent from these rows is unlikely and not impossible.
    """
    if loss in LISTWISE:
        return [0.0] * outputs
    if head == "pixels":
        return mean_scores(y, outputs)
    if loss == "pinball":
        return [float(value) for value in np.quantile(y, LEVELS)]
    if head == "anchored":
        return [0.0] * outputs
    if head == "linear":
        middle = np.median if loss in ("mean_absolute_error", "huber") else np.mean
        return [float(value) for value in np.atleast_1d(middle(y, axis=0))]
    if head == "exponential":
        return [float(value) for value in np.log(np.maximum(np.atleast_1d(y.mean(axis=0)), 1e-6))]
    if head == "sigmoid":
        yes = np.atleast_1d(y.sum(axis=0))
        return [float(value) for value in np.log((yes + 0.5) / (len(y) - yes + 0.5))]
    counts = np.bincount(y.astype(np.int64), minlength=max(outputs, 2)) + 0.5
    return [float(value) for value in np.log(counts / counts.sum())]
