"""A script for a process of its own: a Keras model becomes LiteRT files, and predicts rows for comparison.

It imports nothing of the engine, so that it runs from any place.
"""

import argparse
from pathlib import Path
from typing import Any

import numpy as np

INT8 = "int8"


def main(words: list[str] | None = None) -> None:
    """Write OUT/FORM.tflite for each form in turn, and with `--inputs` what the Keras model says of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model")
    parser.add_argument("out", type=Path)
    parser.add_argument("--forms", nargs="+", default=["float32"])
    parser.add_argument("--inputs", help=".npy of (n, width) float32")
    parser.add_argument("--predictions", help=".npy of (n, outputs) to write")
    parser.add_argument("--sample", help=".npy of (m, width) float32, training rows that show the range of each number")
    given = parser.parse_args(words)

    import keras
    import tensorflow as tf

    network = keras.saving.load_model(given.model, compile=False, safe_mode=True)
    width = network.input_shape[1]
    for form in given.forms:
        # Whole numbers all through need a fixed number of rows; the others take any.
        batch = 1 if form == INT8 else None
        written = given.out / f".{form}.part.tflite"
        network.export(
            str(written),
            format="litert",
            input_signature=[tf.TensorSpec((batch, width), tf.float32, name="row")],
            verbose=False,
            **_settings(tf, form, given.sample),
        )
        written.rename(given.out / f"{form}.tflite")
    if given.inputs:
        rows = np.load(given.inputs, allow_pickle=False)
        np.save(given.predictions, network.predict(rows, verbose=0, batch_size=4096), allow_pickle=False)


def _settings(tf: Any, form: str, sample: str) -> dict[str, Any]:
    """What the converter is told. The default set of operations needs an interpreter that no small runtime has."""
    builtins = {"supported_ops": [tf.lite.OpsSet.TFLITE_BUILTINS]}
    smaller = {"optimizations": [tf.lite.Optimize.DEFAULT]}
    match form:
        case "float32":
            return {"target_spec": builtins}
        case "float16":
            return {**smaller, "target_spec": {**builtins, "supported_types": [tf.float16]}}
        case "dynamic":
            return {**smaller, "target_spec": builtins}
        case "int8":
            rows = np.load(sample, allow_pickle=False)
            whole = {"supported_ops": [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]}
            return {**smaller, "target_spec": whole, "representative_dataset": lambda: ([row[None]] for row in rows)}
    raise SystemExit(f"no form of a network is called {form}")


if __name__ == "__main__":
    main()
