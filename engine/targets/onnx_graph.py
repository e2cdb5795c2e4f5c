"""Trees and linear models as ONNX graphs, in 64 bits, so that they say what the library that learned them says.

Trees are one TreeEnsemble of the operators for machine learning, version 5, which knows sets of categories.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from onnx import ModelProto, TensorProto, helper, numpy_helper

from engine.serving.onnx_model import TAKES
from engine.serving.plain import Linear, Trees

OPSETS = {"": 21, "ai.onnx.ml": 5}
VERSION = 10
"""Of the file format, as the operators above need it."""
AT_MOST, AMONG = 0, 6
"""Codes of a node's question: is the number at most the split; is the category in the set."""
SUM, AS_IT_IS = 1, 0
LINKS: dict[str, tuple[str, dict[str, Any]]] = {
    "none": ("Identity", {}),
    "sigmoid": ("Sigmoid", {}),
    "softmax": ("Softmax", {"axis": 1}),
}


def graph(model: Trees | Linear) -> ModelProto:
    """Input `row` (n, width) float64, output `answer` (n, outputs) float64, as `plain` answers before `natural`."""
    constants = [numpy_helper.from_array(np.array([model.starts]), "starts")]
    if isinstance(model, Trees):
        nodes = [_ensemble(model)]
    else:
        constants.append(numpy_helper.from_array(np.array(model.weights).T.copy(), "weights"))
        nodes = [helper.make_node("MatMul", ["row", "weights"], ["sum"])]
    link, settings = LINKS[model.link]
    nodes += [
        helper.make_node("Add", ["sum", "starts"], ["all"]),
        helper.make_node(link, ["all"], ["answer"], **settings),
    ]
    made = helper.make_graph(
        nodes,
        "reference",
        [helper.make_tensor_value_info("row", TensorProto.DOUBLE, ["n", None])],
        [helper.make_tensor_value_info("answer", TensorProto.DOUBLE, ["n", len(model.starts)])],
        constants,
    )
    opsets = [helper.make_opsetid(domain, version) for domain, version in OPSETS.items()]
    found: ModelProto = helper.make_model(made, opset_imports=opsets, ir_version=VERSION)
    helper.set_model_props(found, {TAKES: "codes" if isinstance(model, Trees) else "prepared"})
    return found


def _ensemble(trees: Trees) -> Any:
    """All trees as one node. Inner nodes and leaves are counted apart; a leaf leads to itself in `trees`."""
    at = np.arange(len(trees.feature))
    leaf = np.array(trees.left) == at
    place = np.where(leaf, np.cumsum(leaf), np.cumsum(~leaf)) - 1
    inner = np.flatnonzero(~leaf)
    output = np.repeat(trees.places, np.diff([*trees.roots, len(at)]))
    modes, splits, members, ways, gaps = [], [], [], [], []
    for node in inner:
        way, held = (trees.left[node], trees.right[node]), trees.sets.get(int(node))
        if held is None:
            modes.append(AT_MOST)
            splits.append(trees.threshold[node])
            gaps.append(int(trees.gaps_left[node]))
        else:
            # What is not in the set, missing or never seen among it, goes one way: the way of what is missing.
            if trees.gaps_left[node]:
                held, way = tuple(set(trees.known[trees.feature[node]]) - set(held)), way[::-1]
            modes.append(AMONG)
            splits.append(0.0)
            gaps.append(0)
            members += [*map(float, held), float("nan")]
        ways.append(way)
    to = np.array(ways).reshape(-1, 2)
    settings: dict[str, Any] = {
        "n_targets": len(trees.starts),
        "aggregate_function": SUM,
        "post_transform": AS_IT_IS,
        "tree_roots": place[list(trees.roots)].tolist(),
        "nodes_featureids": np.array(trees.feature)[inner].tolist(),
        "nodes_modes": _tensor(modes, TensorProto.UINT8),
        "nodes_splits": _tensor(splits),
        "nodes_missing_value_tracks_true": gaps,
        "nodes_truenodeids": place[to[:, 0]].tolist(),
        "nodes_trueleafs": leaf[to[:, 0]].astype(int).tolist(),
        "nodes_falsenodeids": place[to[:, 1]].tolist(),
        "nodes_falseleafs": leaf[to[:, 1]].astype(int).tolist(),
        "leaf_targetids": output[leaf].tolist(),
        "leaf_weights": _tensor(np.array(trees.value)[leaf].tolist()),
    }
    if members:
        settings["membership_values"] = _tensor(members)
    return helper.make_node("TreeEnsemble", ["row"], ["sum"], domain="ai.onnx.ml", **settings)


def _tensor(values: list[Any], kind: int = TensorProto.DOUBLE) -> Any:
    return helper.make_tensor("values", kind, [len(values)], values)
