"""A script for a process of its own: a Keras model becomes an ONNX file, and predicts rows for comparison.

It imports nothing of the engine, so that it runs from any place.
"""

import argparse
from pathlib import Path
from typing import Any

import numpy as np

OPSET = 18
"""Version of the operators; the newest that tf2onnx writes."""


def main(words: list[str] | None = None) -> None:
    """Write OUT/onnx.onnx, and with `--inputs` what the Keras model says of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model")
    parser.add_argument("out", type=Path)
    parser.add_argument("--inputs", help=".npy of (n, width) float32")
    parser.add_argument("--predictions", help=".npy of (n, outputs) to write")
    given = parser.parse_args(words)

    import keras

    network = keras.saving.load_model(given.model, compile=False, safe_mode=True)
    write(network, given.out / "onnx.onnx")
    if given.inputs:
        rows = np.load(given.inputs, allow_pickle=False)
        np.save(given.predictions, network.predict(rows, verbose=0, batch_size=4096), allow_pickle=False)


def write(network: Any, out: Path) -> None:
    """By way of a graph without variables: Keras' own export keeps those of layers that only training uses."""
    import tensorflow as tf
    import tf2onnx
    from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

    row = tf.TensorSpec((None, network.input_shape[1]), tf.float32, name="row")
    answer = tf.function(lambda row: network(row, training=False), input_signature=[row])
    frozen = convert_variables_to_constants_v2(answer.get_concrete_function())
    taken, told = ([tensor.name for tensor in tensors] for tensors in (frozen.inputs, frozen.outputs))
    graph = frozen.graph.as_graph_def()
    tf2onnx.convert.from_graph_def(graph, input_names=taken, output_names=told, opset=OPSET, output_path=str(out))


if __name__ == "__main__":
    main()
