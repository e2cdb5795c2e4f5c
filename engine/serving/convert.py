"""A script for a process of its own: a Keras model becomes a LiteRT file, and predicts rows for comparison.

Run as `convert.py MODEL OUT [INPUTS PREDICTIONS]`; it imports nothing of the engine, so that it runs from any place.
"""

import sys

import numpy as np


def main(model: str, out: str, inputs: str = "", predictions: str = "") -> None:
    """Write `out`; with `inputs` (a .npy of (n, width) float32) also `predictions` (n, outputs) of the Keras model."""
    import keras
    import tensorflow as tf

    network = keras.saving.load_model(model, compile=False, safe_mode=True)
    width = network.input_shape[1]
    # The default set of operations needs an interpreter that no small runtime has.
    network.export(
        out,
        format="litert",
        input_signature=[tf.TensorSpec((None, width), tf.float32, name="row")],
        target_spec={"supported_ops": [tf.lite.OpsSet.TFLITE_BUILTINS]},
        verbose=False,
    )
    if inputs:
        rows = np.load(inputs, allow_pickle=False)
        np.save(predictions, network.predict(rows, verbose=0, batch_size=4096), allow_pickle=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
