"""The compiled parts of the fit loop: many optimiser steps in one call, a look at many rows, the order of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.stats.quantiles import LEVELS
from engine.training.dropout import quick_dropout
from engine.training.lists import LISTWISE, listwise, side_by_side
from engine.training.network import Model
from engine.training.pixel_losses import PIXELS, pixel_crossentropy, pixel_dice

Rows: TypeAlias = NDArray[np.integer[Any]]
CLASSES = ("binary_crossentropy", "sparse_categorical_crossentropy")


def epoch_order(rows: Rows, seed: int, epoch: int, lists: NDArray[Any] | None = None) -> Rows:
    """The order in which an epoch (from 1) visits its rows; from seed and epoch only, so that a resume repeats it.

    The rows of one list (n,), where rows are in lists, are visited one after the other.
    """
    rng = np.random.default_rng((seed, epoch))
    return rng.permutation(rows) if lists is None else side_by_side(rows, lists, rng)


def batches(order: Rows, batch: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Row numbers and masks, both (steps, batch).

    The last step is filled up with rows from the front (repeated as often as needed), masked out of the loss.
    """
    steps = -(-len(order) // batch)
    filled = np.resize(order, steps * batch).astype(np.int32)
    mask = (np.arange(steps * batch) < len(order)).astype(np.float32)
    return filled.reshape(steps, batch), mask.reshape(steps, batch)


def no_targets(loss: str, rows: int, outputs: int) -> NDArray[np.float32]:
    """Targets of the shape that a loss takes, which mean nothing."""
    if loss in LISTWISE:
        return np.zeros((rows, 2), dtype=np.float32)
    if loss in PIXELS:
        return np.zeros((rows, 1, 1), dtype=np.float32)
    one = outputs == 1 or loss == "sparse_categorical_crossentropy"
    return np.zeros(rows if one else (rows, outputs), dtype=np.float32)


def compiled(model: Model, fused: bool) -> tuple[Any, Any]:
    """Two functions of tensors: `run` takes optimiser steps and gives their summed loss, `look` gives predictions.

    `run(x, y, w, rows, mask, start, stop)` takes the steps start..stop-1 of rows and mask (steps, batch), on weighted
    rows of x (n, width), y (n,) or (n, columns), w (n,). `look(x, y)` gives predictions (m, outputs) and their losses
    (m,). `fused` compiles both with XLA. The number of steps is a value and not a shape: any part of an epoch runs
    without compiling anew.
    """
    import tensorflow as tf

    scores, loss_of = scores_of(model), loss_of_scores(model.loss)
    optimizer, trained = model.optimizer, model.trainable_variables

    def run(x: Any, y: Any, w: Any, rows: Any, mask: Any, start: Any, stop: Any) -> Any:
        def step(index: Any, total: Any) -> tuple[Any, Any]:
            chosen, kept = rows[index], mask[index]
            with tf.GradientTape() as tape:
                with quick_dropout():
                    given = scores(tf.gather(x, chosen), training=True)
                per_row = loss_of(column(tf.gather(y, chosen)), given) * tf.gather(w, chosen) * kept
                loss = tf.reduce_sum(per_row) / tf.reduce_sum(kept)
                penalised = loss + tf.add_n(scores.losses) if scores.losses else loss
                penalised = optimizer.scale_loss(penalised)
            optimizer.apply(tape.gradient(penalised, trained), trained)
            return index + 1, total + tf.reduce_sum(per_row)

        return tf.while_loop(lambda index, _: index < stop, step, (start, tf.zeros((), tf.float32)))[1]

    def look(x: Any, y: Any) -> tuple[Any, Any]:
        return model(x, training=False), loss_of(column(y), united(model.loss, scores(x, training=False)))

    options = {"jit_compile": fused, "autograph": False, "reduce_retracing": False}
    return tf.function(run, **options), tf.function(look, **options)


def suits_xla(model: Model) -> bool:
    """Whether XLA makes the network faster: it has slow convolutions over pictures on CPUs, and cannot turn them."""
    return not any("2D" in type(layer).__name__ for layer in model.layers)


def seeded(model: Model, seed: int) -> None:
    """Let the layers that draw random numbers, for dropout or to vary pictures, draw them from this seed."""
    for number, layer in enumerate(model.layers):
        generator = getattr(layer, "seed_generator", None) or getattr(layer, "generator", None)
        if generator is not None:
            generator.state.assign(np.array([seed, number], dtype=generator.state.dtype))


def values_of(variables: Iterable[Any]) -> list[Any]:
    """What the variables hold now, as tensors that keep it: a step that comes later writes into memory of its own.

    Read without Keras and without a copy, because both cost more than an epoch over few rows.
    """
    import tensorflow as tf

    def read(own: Any) -> Any:
        if isinstance(own, tf.distribute.DistributedValues):
            return tf.identity(own)
        return tf.raw_ops.ReadVariableOp(resource=own.handle, dtype=own.dtype)

    return [read(variable.value) for variable in variables]


def put(variables: Iterable[Any], values: Iterable[Any]) -> None:
    """Let the variables hold these tensors or arrays."""
    for variable, value in zip(variables, values, strict=True):
        variable.value.assign(value, read_value=False)


def scores_of(model: Model) -> Model:
    """The network up to its head: scores (n, outputs), or (n, members, outputs)."""
    import keras

    head = next(layer for layer in reversed(model.layers) if isinstance(layer, keras.layers.Activation))
    return keras.Model(model.inputs, head.input)


def column(y: Any) -> Any:
    """Targets (n,) as (n, 1), those of several outputs as they are."""
    return y[:, None] if len(y.shape) == 1 else y


def loss_of_scores(name: str) -> Callable[[Any, Any], Any]:
    """The loss (n,) of targets (n, 1) or (n, outputs) and scores before the head.

    Classes from logits, which cannot saturate. Scores of several members (n, members, outputs) have the mean of the
    members' losses, so that each learns by itself. Of rows in lists y is (n, 2), see `lists`.
    """
    import keras

    if name in LISTWISE:
        return listwise
    if name in OF_MASKS:
        return OF_MASKS[name]
    function = OF_SCORES.get(name) or getattr(keras.losses, name)
    options = {"from_logits": True} if name in CLASSES else {}

    def loss(y: Any, scores: Any) -> Any:
        sparse = name == "sparse_categorical_crossentropy"
        if len(scores.shape) == 2:
            return function(
                y[:, 0] if sparse else keras.ops.broadcast_to(y, keras.ops.shape(scores)), scores, **options
            )
        wanted = keras.ops.reshape(y, (-1, 1, y.shape[-1]))
        shape = keras.ops.shape(scores)
        wanted = keras.ops.broadcast_to(wanted, (*shape[:2], 1) if sparse else shape)
        return keras.ops.mean(function(wanted[..., 0] if sparse else wanted, scores, **options), axis=-1)

    return loss


def poisson(y: Any, scores: Any) -> Any:
    """Half the Poisson deviance, of counts and the logarithms of their rates; 0 where they agree."""
    from keras import ops

    least = y * ops.log(ops.maximum(y, 1e-30)) - y
    return ops.mean(ops.exp(scores) - y * scores + least, axis=-1)


def share_deviance(y: Any, scores: Any) -> Any:
    """Cross-entropy of shares from logits, less what it is at the truth itself (Papke and Wooldridge, 1996)."""
    from keras import ops

    entropy = -y * ops.log(ops.maximum(y, 1e-30)) - (1 - y) * ops.log(ops.maximum(1 - y, 1e-30))
    return ops.mean(ops.softplus(scores) - y * scores - entropy, axis=-1)


def pinball(y: Any, scores: Any) -> Any:
    """Mean over LEVELS of the quantile loss, whose scores are the quantiles (Koenker and Bassett, 1978)."""
    from keras import ops

    error = y - scores
    return ops.mean(ops.maximum(np.array(LEVELS) * error, (np.array(LEVELS) - 1) * error), axis=-1)


OF_SCORES = {"poisson": poisson, "share_deviance": share_deviance, "pinball": pinball}
"""Losses that Keras has not, or not from the scores before the head."""


OF_MASKS = {"pixel_crossentropy": pixel_crossentropy, "pixel_dice": pixel_dice}
"""Losses of every point of a picture."""


def united(name: str, scores: Any) -> Any:
    """The scores (n, outputs) whose answer is the mean of the answers of the members' scores (n, members, outputs)."""
    from keras import ops

    if len(scores.shape) == 2:
        return scores
    if name == "sparse_categorical_crossentropy":
        return ops.logsumexp(ops.log_softmax(scores, axis=-1), axis=1)
    if name == "poisson":
        return ops.logsumexp(scores, axis=1) - np.log(scores.shape[1])
    if name in ("binary_crossentropy", "share_deviance"):
        return ops.logsumexp(ops.log_sigmoid(scores), axis=1) - ops.logsumexp(ops.log_sigmoid(-scores), axis=1)
    return ops.mean(scores, axis=1)
