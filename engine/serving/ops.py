"""The TensorFlow interpreter of a preparation: operations that an exported module carries; worker processes only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import pi
from typing import TypeAlias

import tensorflow as tf

from engine.errors import UserError
from engine.serving import ops_cells as cells
from engine.serving.expressible import beyond_operations
from engine.serving.ops_text import (
    Normal,
    Tables,
    Tensor,
    lookup,
    lowered_words,
    normaliser,
    tokenizer,
    trimmed,
    with_pairs,
)
from engine.training.apply import FAR, PERIOD
from engine.training.spec import (
    Category,
    Date,
    Derived,
    Drop,
    Encoder,
    Numeric,
    OneHot,
    Part,
    Preparation,
    Words,
)
from engine.training.spec_text import Bigrams, Tokens

Columns: TypeAlias = Mapping[str, Tensor]
Step: TypeAlias = Callable[[Tensor], Tensor]


def executor(preparation: Preparation) -> tuple[Callable[[Columns], Tensor], Tables]:
    """What makes of raw columns (n,) the network's inputs (n, width) float32, and the tables it needs.

    A column holds strings (blank for missing) or float64 (nan for missing). Errors: UserError for a preparation that
    TensorFlow's operations cannot execute; a call fails, naming the column, for a cell they cannot read.
    """
    tables: Tables = []
    used = [encoder for encoder in preparation.encoders if not isinstance(encoder, Drop)]
    derived = {made.name: made for made in preparation.derived}
    reason = beyond_operations(preparation)
    if reason:
        raise UserError(reason)
    normal = normaliser(tables) if any(isinstance(encoder, Bigrams | Tokens) for encoder in used) else None
    steps = [(encoder, _compiled(encoder, tables, normal)) for encoder in used]
    place = {name: index for index, name in enumerate(preparation.feature_names)}

    def run(columns: Columns) -> Tensor:
        whole = dict(columns)
        whole |= {encoder.name: _derive(derived[encoder.name], columns) for encoder in used if encoder.name in derived}
        out = tf.concat([tf.cast(step(whole[encoder.name]), tf.float32) for encoder, step in steps], axis=1)
        return _imputed(preparation, whole, out, place)

    return run, tables


def _compiled(encoder: Encoder, tables: Tables, normal: Normal | None) -> Step:
    match encoder:
        case Numeric():
            return lambda column: _number(encoder, cells.numbers(column, encoder.name, encoder.blanks))
        case OneHot():
            size = len(encoder.vocabulary)
            absent = size if encoder.missing else -1
            unseen = size + encoder.missing if encoder.other else -1
            wide = size + encoder.missing + encoder.other
            found = _table(encoder, 0, absent, unseen, tables)
            return lambda column: tf.one_hot(found(column), wide)
        case Category():
            found = _table(encoder, 1, len(encoder.vocabulary) + 1 if encoder.missing else 0, 0, tables)
            return lambda column: found(column)[:, None]
        case Date():
            return lambda column: _moment(encoder, cells.instants(column, encoder.name))
        case Words():
            return _words(encoder, tables)
        case Bigrams() if normal is not None:
            return _bigrams(encoder, tables, normal)
        case Tokens() if normal is not None:
            return _tokens(encoder, tables, normal)
    raise TypeError(encoder)


def _table(encoder: OneHot | Category, first: int, absent: int, unseen: int, tables: Tables) -> Step:
    words = {word: index for index, word in enumerate(encoder.vocabulary, start=first)}
    words |= {word: words[kept] for word, kept in encoder.merged if kept in words}
    found: Step = cells.looked_up(words, encoder.reading, absent, unseen, tables)
    return found


def _number(encoder: Numeric, found: Tensor) -> Tensor:
    missing = tf.math.is_nan(found)
    filled = tf.where(missing, tf.constant(encoder.fill, tf.float64), found)
    bent = tf.sign(filled) * tf.math.log1p(tf.abs(filled)) if encoder.transform == "log" else filled
    scaled = tf.clip_by_value((bent - encoder.center) / encoder.scale, -FAR, FAR)
    return tf.stack([scaled, tf.cast(missing, tf.float64)] if encoder.indicator else [scaled], axis=1)


def _moment(encoder: Date, seconds: Tensor) -> Tensor:
    missing = tf.math.is_nan(seconds)
    filled = tf.where(missing, tf.constant(encoder.fill, tf.float64), seconds)
    found = [tf.clip_by_value((filled - encoder.center) / encoder.scale, -FAR, FAR)]
    for part in encoder.parts:
        angle = 2 * pi * _calendar(filled, part) / PERIOD[part]
        found += [tf.where(missing, tf.zeros_like(angle), each) for each in (tf.sin(angle), tf.cos(angle))]
    return tf.stack(found + [tf.cast(missing, tf.float64)] * encoder.indicator, axis=1)


def _calendar(seconds: Tensor, part: Part) -> Tensor:
    if part == "hour":
        return tf.math.floormod(seconds, tf.constant(86_400.0, tf.float64)) / 3600
    days = tf.floor(seconds / cells.DAY)
    if part == "weekday":
        return tf.math.floormod(days + 3, tf.constant(7.0, tf.float64))
    return tf.cast(cells.date_of(tf.cast(days, tf.int64))[1] - 1, tf.float64)


def _words(encoder: Words, tables: Tables) -> Step:
    find = _places(encoder.vocabulary, 0, -1, tables)

    def run(texts: Tensor) -> Tensor:
        counts = _counts(tf.ragged.map_flat_values(find, lowered_words(texts)), len(encoder.vocabulary))
        return _with_missing(tf.minimum(counts, 1.0), texts, encoder.missing)

    return run


def _bigrams(encoder: Bigrams, tables: Tables, normal: Normal) -> Step:
    find, cut = _places(encoder.vocabulary, 0, -1, tables), tokenizer(encoder.unit, normal)
    weights = list(encoder.weights)

    def run(texts: Tensor) -> Tensor:
        counts = _counts(tf.ragged.map_flat_values(find, with_pairs(cut(texts, encoder.name))), len(encoder.vocabulary))
        known = tf.where(counts > 0, 1 + tf.math.log(tf.maximum(counts, 1.0)), 0.0)
        found = known * tf.constant(weights, tf.float64)
        size = tf.sqrt(tf.reduce_sum(found**2, axis=1, keepdims=True))
        scaled = tf.math.divide_no_nan(found * encoder.length, size)
        return _with_missing(scaled, texts, encoder.missing)

    return run


def _tokens(encoder: Tokens, tables: Tables, normal: Normal) -> Step:
    find, cut = _places(encoder.vocabulary, 2, 1, tables), tokenizer(encoder.unit, normal)

    def run(texts: Tensor) -> Tensor:
        found = tf.ragged.map_flat_values(find, cut(texts, encoder.name)[:, : encoder.length])
        return found.to_tensor(default_value=0, shape=[None, encoder.length])

    return run


def _places(vocabulary: tuple[str, ...], first: int, unseen: int, tables: Tables) -> Step:
    words = vocabulary or (cells.UNUSUAL,)
    table = lookup(list(words), tf.range(first, first + len(words), dtype=tf.int64), unseen, tables)
    found: Step = table.lookup
    return found


def _counts(places: Tensor, wide: int) -> Tensor:
    """How often each place is named in each row of ragged places; a place below 0 is none."""
    rows, flat = places.value_rowids(), places.flat_values
    known = flat >= 0
    where = tf.stack([rows[known], flat[known]], axis=1)
    shape = tf.stack([places.nrows(), tf.constant(wide, tf.int64)])
    return tf.scatter_nd(where, tf.ones(tf.shape(where)[:1], tf.float64), shape)


def _with_missing(found: Tensor, texts: Tensor, told: bool) -> Tensor:
    missing = tf.cast(trimmed(texts) == "", tf.float64)[:, None]
    return tf.concat([found, missing], axis=1) if told else found


def _derive(made: Derived, columns: Columns) -> Tensor:
    given = [columns[name] for name in made.sources]
    if made.kind == "joined":
        parts = [
            cells.joinable(each, made.readings[place] if made.readings else "text") for place, each in enumerate(given)
        ]
        missing = tf.reduce_any(tf.stack([gone for _, gone in parts]), axis=0)
        return tf.where(missing, "", tf.strings.join([word for word, _ in parts], " & "))
    if made.takes == "number":
        blanks = made.blanks or ((),) * len(given)
        one, other = (cells.numbers(*each) for each in zip(given, made.sources, blanks, strict=True))
        ways = {"ratio": lambda: one / other, "product": lambda: one * other, "difference": lambda: one - other}
        return ways[made.kind]()
    moments = [cells.instants(each, name) for each, name in zip(given, made.sources, strict=True)]
    if made.kind == "days":
        return (moments[0] - moments[1]) / cells.DAY
    known = ~tf.math.is_nan(moments[0])
    days = tf.floor(tf.where(known, moments[0], tf.zeros_like(moments[0])) / cells.DAY)
    found = cells.date_of(tf.cast(days, tf.int64))[0 if made.kind == "year" else 2]
    return tf.where(known, tf.cast(found, tf.float64), tf.constant(float("nan"), tf.float64))


def _imputed(preparation: Preparation, columns: Columns, out: Tensor, place: Mapping[str, int]) -> Tensor:
    """Each imputer looks at inputs that none has touched yet."""
    blanks = {encoder.name: encoder.blanks for encoder in preparation.encoders if isinstance(encoder, Numeric)}
    filled = tf.unstack(out, num=preparation.width, axis=1) if preparation.imputers else []
    for imputer in preparation.imputers:
        known = tf.cast(tf.gather(out, [place[name] for name in imputer.inputs], axis=1), tf.float64)
        guess = imputer.intercept + tf.linalg.matvec(known, tf.constant(imputer.weights, tf.float64))
        gone = tf.math.is_nan(cells.numbers(columns[imputer.name], imputer.name, blanks[imputer.name]))
        at = place[imputer.name]
        likely = tf.cast(tf.clip_by_value(guess, imputer.low, imputer.high), tf.float32)
        filled[at] = tf.where(gone, likely, filled[at])
    return tf.stack(filled, axis=1) if filled else out
