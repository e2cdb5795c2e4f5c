"""Builds the dense network as a compiled Keras model, and draws its first weights from a seed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.training.hyper import Hyper
from engine.training.layout import Layout

Head: TypeAlias = Literal["sigmoid", "softmax", "linear"]
Weights: TypeAlias = list[NDArray[Any]]
Model: TypeAlias = Any


def build(layout: Layout, outputs: int, hyper: Hyper, *, head: Head, loss: str) -> Model:
    """A compiled Keras model from rows (n, layout.width) to (n, outputs): probabilities, or an amount in scaled units.

    `loss` is a Keras loss by name. The first weights are Keras's own; `first_weights` gives seeded ones.
    """
    import keras

    inputs = keras.Input((layout.width,), name="row")
    decay = keras.regularizers.L2(hyper.l2) if hyper.l2 else None
    hidden = inputs
    for number in range(1, hyper.layers + 1):
        hidden = keras.layers.Dense(
            hyper.units, use_bias=not hyper.batch_norm, kernel_regularizer=decay, name=f"dense_{number}"
        )(hidden)
        if hyper.batch_norm:
            hidden = keras.layers.BatchNormalization(name=f"norm_{number}")(hidden)
        hidden = keras.layers.Activation(hyper.activation, name=f"{hyper.activation}_{number}")(hidden)
        if hyper.dropout:
            hidden = keras.layers.Dropout(hyper.dropout, name=f"dropout_{number}")(hidden)
    scores = keras.layers.Dense(outputs, kernel_regularizer=decay, name="scores")(hidden)
    model = keras.Model(inputs, keras.layers.Activation(head, name="prediction")(scores), name="network")
    model.compile(optimizer=keras.optimizers.Adam(hyper.learning_rate), loss=loss)
    return model


def first_weights(
    model: Model, seed: int, *, used: Sequence[int] | None = None, output_bias: Sequence[float] | None = None
) -> Weights:
    """Seeded first weights for `model.set_weights`: kernels uniform by Glorot and Bengio (2010), biases 0.

    `used` are the positions of the inputs in use: the kernels of the others start, and stay, at 0, and the draw does
    not depend on how many there are. `output_bias` (outputs,) starts the last layer at the prior.
    """
    draw = np.random.default_rng(seed)
    weights: Weights = []
    fresh = used is not None
    for variable in model.weights:
        shape = tuple(variable.shape)
        if variable.path.endswith("/kernel"):
            rows = np.array(used) if fresh else np.arange(shape[0])
            limit = np.sqrt(6.0 / (len(rows) + shape[1]))
            kernel = np.zeros(shape, dtype=np.float32)
            kernel[rows] = draw.uniform(-limit, limit, size=(len(rows), shape[1]))
            weights.append(kernel)
            fresh = False
        elif variable.path.endswith(("/gamma", "/moving_variance")):
            weights.append(np.ones(shape, dtype=np.float32))
        else:
            weights.append(np.zeros(shape, dtype=np.float32))
    if output_bias is not None:
        weights[-1] = np.asarray(output_bias, dtype=np.float32)
    return weights


def prior_bias(head: Head, y: NDArray[Any], outputs: int) -> list[float]:
    """The scores that answer the prior: log odds, log shares of the classes, or the mean; y (n,) of training rows.

    Half a row is added per class, so that a class absent from these rows is unlikely and not impossible.
    """
    if head == "linear":
        return [float(np.mean(y))]
    counts = np.bincount(y.astype(np.int64), minlength=max(outputs, 2)) + 0.5
    if head == "sigmoid":
        return [float(np.log(counts[1] / counts[0]))]
    return [float(value) for value in np.log(counts / counts.sum())]
