"""TensorFlow's operations that turn what a network gives into named answers, as `engine.training.target_code` does."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import tensorflow as tf

from engine.errors import UserError
from engine.serving.ops_text import Tensor
from engine.stats.quantiles import ENDS, LEVELS, MIDDLE
from engine.training.target_amounts import AmountTarget, QuantileTarget
from engine.training.target_classes import ClassTarget, GradeTarget
from engine.training.target_code import TargetCode
from engine.training.target_forecast import ForecastTarget
from engine.training.target_lists import ListTarget
from engine.training.target_masks import MaskTarget


def answerer(code: TargetCode, line: float) -> Callable[[Tensor], dict[str, Tensor]]:
    """What makes of outputs (n, outputs) the answer by name: `prediction`, and numbers with what they are of."""

    def run(outputs: Tensor) -> dict[str, Tensor]:
        given = tf.cast(outputs, tf.float64)
        if isinstance(code, AmountTarget):
            found = given * list(code.scales) + list(code.centers)
            if isinstance(code, ForecastTarget) and code.below != code.above:
                ends = tf.concat([found + code.below, found + code.above], axis=1)
                return {"prediction": found[:, 0], "quantiles": ends, "levels": _names(ENDS, ends)}
            if len(code.columns) == 1:
                return {"prediction": found[:, 0]}
            return {"prediction": found, "columns": _names(code.columns, found)}
        if isinstance(code, ListTarget):
            return {"prediction": given[:, 0]}
        if isinstance(code, MaskTarget):
            raise UserError("TensorFlow's operations have no way to say masks here; choose another place")
        if isinstance(code, QuantileTarget):
            found = tf.sort(given * code.scale + code.center, axis=1)
            return {"prediction": found[:, MIDDLE], "quantiles": found, "levels": _names(LEVELS, found)}
        if isinstance(code, ClassTarget):
            shares = tf.concat([1 - given, given], axis=1) if code.outputs == 1 else given
            # The line is held against the number as it was given, as everywhere.
            place = tf.cast(shares[:, 1] >= line, tf.int64) if code.outputs == 1 else tf.argmax(shares, axis=1)
            decided = tf.gather(tf.constant(code.classes), place)
        elif isinstance(code, GradeTarget):
            shares = _grades(given)
            middle = tf.reduce_sum(tf.cast(tf.cumsum(shares, axis=1)[:, :-1] < 0.5 - 1e-9, tf.int64), axis=1)
            decided = tf.gather(tf.constant(code.classes), middle)
        else:
            shares = given
            mark = code.separators[:1] or ";"
            decided = tf.strings.reduce_join(
                tf.where(shares >= line, tf.constant([name + mark for name in code.classes]), ""), axis=1
            )
            decided = tf.strings.regex_replace(decided, f"{re.escape(mark)}$", "")
        return {
            "prediction": decided,
            "probabilities": tf.cast(shares, tf.float32),
            "classes": _names(code.classes, shares),
        }

    return run


def _grades(given: Tensor) -> Tensor:
    """The probability of each grade, of the probabilities that each but the first is reached."""
    steps = tf.unstack(given, axis=1)
    for place in range(1, len(steps)):
        steps[place] = tf.minimum(steps[place], steps[place - 1])
    ends = tf.ones_like(steps[0])
    reached = tf.stack([ends, *steps, tf.zeros_like(ends)], axis=1)
    return reached[:, :-1] - reached[:, 1:]


def _names(values: tuple[Any, ...], like: Tensor) -> Tensor:
    """The same names for every row, as an answer row by row needs them."""
    return tf.tile(tf.constant([list(values)]), [tf.shape(like)[0], 1])
