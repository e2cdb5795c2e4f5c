"""What a network makes of its inputs before its first dense layer: embeddings of numbers and of categories."""

from __future__ import annotations

import math
from typing import Any

from engine.training.hyper import Hyper
from engine.training.layout import Block, Layout

FREQUENCIES = "frequencies"
PERIODIC = "periodic"
MEMBERS = "members"
CATEGORY = "category_"
TOKENS = "tokens_"
WINDOWS = "windows_"


def features(inputs: Any, layout: Layout, hyper: Hyper) -> Any:
    """The features (n, f) of the inputs (n, layout.width), or (n, members, f): as they are, if nothing is embedded.

    Else the embeddings of the numbers, then the inputs that are taken as they are, then the embeddings of the ids, then
    what the sequences become.
    """
    import keras

    ids, numbers = positions(layout, "id"), list(positions(layout, "number"))
    rest = _as_they_are(layout)
    parts = [inputs if len(rest) == layout.width else keras.ops.take(inputs, rest, axis=1)] if rest else []
    if hyper.numbers == "periodic" and numbers:
        parts.insert(0, periodic(keras.ops.take(inputs, numbers, axis=1), len(numbers), hyper))
    for place, size in ids.items():
        code = keras.ops.cast(keras.ops.take(inputs, [place], axis=1), "int32")
        table = keras.layers.Embedding(size, hyper.categories, name=f"{CATEGORY}{place}")
        parts.append(keras.layers.Flatten(name=f"flat_{place}")(table(code)))
    parts += [sequence(inputs, block, hyper) for block in layout.of("sequence")]
    joined = keras.layers.Concatenate(name="features")(parts) if len(parts) > 1 else parts[0]
    if hyper.members == 1:
        return joined
    scaled = keras.layers.EinsumDense("bf,kf->bkf", (hyper.members, joined.shape[1]), name=MEMBERS)
    return scaled(joined)


def periodic(numbers: Any, count: int, hyper: Hyper) -> Any:
    """The embeddings (n, count · hyper.embedding) of numbers (n, count): Gorishniy, Rubachev and Babenko (2022)."""
    import keras

    angles = keras.layers.EinsumDense(
        "bf,fk->bfk",
        (count, hyper.frequencies),
        kernel_initializer=keras.initializers.RandomNormal(stddev=round(2 * math.pi * hyper.sigma, 4)),
        name=FREQUENCIES,
    )(numbers)
    waves = keras.ops.concatenate([keras.ops.sin(angles), keras.ops.cos(angles)], axis=-1)
    embedded = keras.layers.EinsumDense("bfk,fkd->bfd", (count, hyper.embedding), bias_axes="fd", name=PERIODIC)(waves)
    return keras.layers.Flatten(name="flat")(keras.layers.Activation("relu", name="relu")(embedded))


def sequence(inputs: Any, block: Block, hyper: Hyper) -> Any:
    """Features of the tokens (n, block.width) of a text: the mean of their embeddings, or what convolutions find."""
    import keras

    places = list(range(block.start, block.start + block.width))
    numbers = keras.ops.take(inputs, places, axis=1)
    there = keras.ops.expand_dims(keras.ops.minimum(numbers, 1.0), -1)
    table = keras.layers.Embedding(block.size, hyper.token, name=f"{TOKENS}{block.start}")
    embedded = keras.ops.multiply(table(keras.ops.cast(numbers, "int32")), there)
    if hyper.sequence == "mean":
        count = keras.ops.maximum(keras.ops.sum(there, axis=1), 1.0)
        return keras.ops.divide(keras.ops.sum(embedded, axis=1), count)
    found = keras.layers.Conv1D(
        hyper.filters, hyper.window, padding="same", activation="relu", name=f"{WINDOWS}{block.start}"
    )(embedded)
    return keras.layers.GlobalMaxPooling1D(name=f"largest_{block.start}")(found)


def positions(layout: Layout, kind: str) -> dict[int, int]:
    """The inputs of one kind, each with how many ids it has."""
    blocks = [block for block in layout.blocks if block.kind == kind]
    return {block.start + offset: block.size for block in blocks for offset in range(block.width)}


def owners(layout: Layout, embedding: int, categories: int, token: int) -> list[int]:
    """The input that each of the features comes from, of a sequence its first; sizes of the embeddings of a number
    (0: none) and of an id, and features of a sequence.
    """
    ids = positions(layout, "id")
    numbers = [place for place in positions(layout, "number") for _ in range(embedding)]
    embedded = [place for place in ids for _ in range(categories)]
    return (
        numbers
        + _as_they_are(layout)
        + embedded
        + [block.start for block in layout.of("sequence") for _ in range(token)]
    )


def _as_they_are(layout: Layout) -> list[int]:
    """The inputs that are neither ids nor tokens."""
    return [
        block.start + offset
        for block in layout.blocks
        if block.kind not in ("id", "sequence")
        for offset in range(block.width)
    ]
