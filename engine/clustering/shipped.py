"""Clusters as a network of stock layers, so that every place to ship to can assign a row to one."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.clustering.models import Clusters


def network(found: Clusters) -> Any:
    """A Keras model from rows (n, d) to the share of each cluster (n, k), of the second alone where there are two."""
    import keras

    code, outputs = found.code, found.k if found.k > 2 else 1
    row = keras.Input((len(code.center) if code else found.linear.shape[0],), name="row")
    coder = keras.layers.Dense(code.axes.shape[1], name="code") if code else None
    z = coder(row) if coder else row
    both = keras.layers.Concatenate(name="with_squares")([z, keras.layers.Multiply(name="squares")([z, z])])
    layer = keras.layers.Dense(outputs, name="scores")
    scores = layer(both)
    head = "softmax" if outputs > 1 else "sigmoid"
    model = keras.Model(row, keras.layers.Activation(head, name="prediction")(scores), name="clusters")
    if coder is not None and code is not None:
        coder.set_weights([code.axes, -code.center @ code.axes])
    kernel = np.vstack([found.linear, found.square])
    if outputs == 1:
        layer.set_weights([kernel[:, 1:] - kernel[:, :1], found.bias[1:] - found.bias[:1]])
    else:
        layer.set_weights([kernel, found.bias])
    return model
