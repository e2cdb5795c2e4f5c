"""A script for a process of its own: a Keras model becomes what browsers run, a TF.js graph model and a LiteRT file.

Run as `graph_model.py MODEL OUT INPUTS PREDICTIONS`; it imports nothing of the engine, so that it runs from any place.
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

NARROW = {"int64": ("int32", 3), "float64": ("float32", 1)}
"""What TF.js has no numbers of, with what it takes for them and its number in TensorFlow."""


def main(model: str, out: str, inputs: str, predictions: str) -> None:
    """Write both networks into `out`, and what the Keras model says (n, outputs) of `inputs` (n, width) float32."""
    import keras
    import tensorflow as tf

    network = keras.saving.load_model(model, compile=False, safe_mode=True)
    rows = np.load(inputs, allow_pickle=False)
    np.save(predictions, network.predict(rows, verbose=0, batch_size=4096), allow_pickle=False)
    folder = Path(out)
    write_graph(network, folder)
    # LiteRT.js takes no batch whose size is open.
    network.export(
        str(folder / "model.tflite"),
        format="litert",
        input_signature=[tf.TensorSpec((1, rows.shape[1]), tf.float32, name="row")],
        target_spec={"supported_ops": [tf.lite.OpsSet.TFLITE_BUILTINS]},
        verbose=False,
    )


def write_graph(network: Any, folder: Path) -> None:
    """Write `model.json` and `weights.bin`: the frozen graph, its constants apart, as TF.js loads them."""
    import tensorflow as tf
    from google.protobuf.json_format import MessageToDict
    from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

    row = tf.TensorSpec((None, network.input_shape[1]), tf.float32, name="row")
    answer = tf.function(lambda given: network(given, training=False), input_signature=[row])
    frozen = convert_variables_to_constants_v2(answer.get_concrete_function())
    graph = frozen.graph.as_graph_def()
    described, content = [], []
    for node in graph.node:
        if node.op == "Const":
            values = tf.make_ndarray(node.attr["value"].tensor)
            if str(values.dtype) in NARROW:
                name, number = NARROW[str(values.dtype)]
                values, node.attr["dtype"].type = values.astype(name), number
            described.append({"name": node.name, "shape": list(values.shape), "dtype": str(values.dtype)})
            content.append(np.ascontiguousarray(values).tobytes())
            node.attr["value"].Clear()
    (taken,), (given,) = frozen.inputs, frozen.outputs
    model = {
        "format": "graph-model",
        "generatedBy": tf.__version__,
        "signature": {
            "inputs": {"row": {"name": taken.name, "dtype": "DT_FLOAT"}},
            "outputs": {"prediction": {"name": given.name, "dtype": "DT_FLOAT"}},
        },
        "modelTopology": MessageToDict(graph),
        "weightsManifest": [{"paths": ["weights.bin"], "weights": described}],
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.json").write_text(json.dumps(model, separators=(",", ":")), encoding="utf-8")
    (folder / "weights.bin").write_bytes(b"".join(content))


if __name__ == "__main__":
    main(*sys.argv[1:])
