"""The texts of an ONNX folder: the README, and what its one file takes."""

from __future__ import annotations

from engine.serving.onnx_model import FILE
from engine.serving.schema import Schema
from engine.steps.deployment import Verified
from engine.steps.rivals import NETWORK, REFERENCES

TEXT = """# {name} as an ONNX file

Predicts {target}. `{file}` holds {model}; `preprocess.json` turns a row into its numbers, `target.json` its answer into
words, and `engine/` does both with numpy.

    pip install -r requirements.txt
    python predict.py rows.json

`rows.json` is a list of objects, one per row, with the columns of `schema.json`.

In another language: the file has one input `row` (rows, {width}) of {kind}, and one output (rows, {outputs}).
{inputs}

Proven: {proof.runtime}, {proof.rows:,} rows, {proof.decision_flips} decisions differ from the trained model's, largest
difference {proof.max_abs_diff:.1e}. `PROOF.html` tells more.
"""
NUMBERS = (
    "What the numbers of a row are, in their order, is told by `preprocess.json`: each encoder gives its own in turn."
)
CODES = (
    "The numbers of a row are those of `engine/training/tree_inputs.py`: amounts as they are, categories as their "
    "place in the list of `preprocess.json`, NaN for what is missing."
)


def readme(name: str, described: Schema, model: str, proof: Verified, shape: tuple[int, int]) -> str:
    """What the folder holds; `model` is what is shipped, `shape` how many numbers the file takes of a row and gives."""
    return TEXT.format(
        name=name,
        target=described.target,
        file=FILE,
        model=REFERENCES.get(model, "the network"),
        width=shape[0],
        outputs=shape[1],
        kind="32-bit floats" if model == NETWORK else "64-bit floats",
        inputs=CODES if model == "boosted_trees" else NUMBERS,
        proof=proof,
    )
