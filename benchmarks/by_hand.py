"""The peer of the fit loop: a training loop written by hand for one network and compiled whole, nothing around it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any


def loop(x: Any, y: Any, *, batch: int, units: int, layers: int, rate: float = 1e-3) -> Callable[[int], float]:
    """A function that trains so many epochs of x (n, width), y (n,) of 0 and 1, and gives the last mean loss.

    Dense layers with ReLU, binary cross-entropy, Adam (Kingma and Ba, 2015). One XLA call is one epoch; rows are
    shuffled outside of it, and the last, incomplete batch is left out.
    """
    import numpy as np
    import tensorflow as tf

    draw = np.random.default_rng(1)
    sizes = [x.shape[1], *[units] * layers, 1]
    weights = [
        tf.Variable(part)
        for wide, high in pairwise(sizes)
        for part in (draw.normal(0, np.sqrt(2 / wide), (wide, high)).astype(np.float32), np.zeros(high, np.float32))
    ]
    first = [tf.Variable(tf.zeros_like(each)) for each in weights]
    second = [tf.Variable(tf.zeros_like(each)) for each in weights]
    taken = tf.Variable(0.0)
    data, target = tf.constant(x), tf.constant(y, tf.float32)

    def step(rows: Any) -> Any:
        with tf.GradientTape() as tape:
            hidden = tf.gather(data, rows)
            for place in range(0, 2 * layers, 2):
                hidden = tf.nn.relu(hidden @ weights[place] + weights[place + 1])
            scores = (hidden @ weights[-2] + weights[-1])[:, 0]
            loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(tf.gather(target, rows), scores))
        taken.assign_add(1.0)
        size = rate * tf.sqrt(1 - 0.999**taken) / (1 - 0.9**taken)
        for weight, m, v, slope in zip(weights, first, second, tape.gradient(loss, weights), strict=True):
            m.assign(0.9 * m + 0.1 * slope)
            v.assign(0.999 * v + 0.001 * slope * slope)
            weight.assign_sub(size * m / (tf.sqrt(v) + 1e-7))
        return loss

    def epoch(order: Any) -> Any:
        def one(index: Any, total: Any) -> tuple[Any, Any]:
            return index + 1, total + step(order[index])

        count = order.shape[0]
        return tf.while_loop(lambda index, _: index < count, one, (tf.constant(0), tf.constant(0.0)))[1] / count

    fused, steps = tf.function(epoch, jit_compile=True, autograph=False), len(x) // batch

    def train(epochs: int) -> float:
        loss = float("nan")
        for _ in range(epochs):
            order = draw.permutation(len(x))[: steps * batch].reshape(steps, batch)
            loss = float(fused(tf.constant(order, tf.int32)))
        return loss

    return train
