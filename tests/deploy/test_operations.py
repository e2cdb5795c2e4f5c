"""Preparations and targets as TensorFlow's operations: the numbers that numpy makes, or a refusal naming the column."""

import re
import unicodedata
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from vectors import Case, differ, every, real

from engine.errors import UserError
from engine.serving.saved_model import Input, columns_of
from engine.training.spec import SCHEMA, Derived, OneHot, Preparation
from engine.training.target_amounts import AmountTarget, QuantileTarget
from engine.training.target_classes import ClassTarget, GradeTarget, LabelTarget
from engine.training.target_code import TargetCode

WEEK = re.compile(r"\d{4}-?W\d")
ALONE = 12
"""Rows of a case that are given one by one, as each may be refused."""


def beyond(cell: Any) -> bool:
    """Whether operations may refuse what numpy reads: a date by weeks, or characters to be composed or reordered."""
    text = str(cell)
    each = [unicodedata.normalize("NFKC", letter) for letter in text]
    marks = any(unicodedata.combining(one) and unicodedata.combining(other) for one, other in pairwise("".join(each)))
    return bool(WEEK.search(text)) or marks or unicodedata.normalize("NFKC", text) != "".join(each)


def as_text(value: Any, column: Input) -> str:
    """A cell as a CSV file has it."""
    if isinstance(value, bool):
        return str(int(value)) if column.kind == "number" else str(value)
    return "" if value is None else repr(value) if isinstance(value, float) else str(value)


def typed(value: Any, column: Input) -> Any:
    """A cell as the typed signature takes it, for a number that is given as one."""
    return as_text(value, column) if column.kind == "text" else np.nan if value is None else float(value)


class Operations:
    """A preparation as operations, on rows of text or on typed ones."""

    def __init__(self, case: Case, text: bool) -> None:
        import tensorflow as tf

        from engine.serving.ops import executor

        self.give = as_text if text else typed
        self.columns = columns_of(case.preparation)
        numbers = {column.name for column in self.columns if column.kind == "number" and not text}
        self.kinds = {column.name: tf.float64 if column.name in numbers else tf.string for column in self.columns}
        run, _ = executor(case.preparation)
        taken = {name: tf.TensorSpec((None,), kind) for name, kind in self.kinds.items()}
        self.run = tf.function(run, input_signature=[taken])
        # Text in the place of a number is not for the typed signature.
        self.takes = lambda row: not any(isinstance(row[name], str) for name in numbers)

    def __call__(self, rows: list[dict[str, Any]]) -> Any:
        """The numbers of the rows; None where an operation refused one."""
        import tensorflow as tf

        given = {
            column.name: tf.constant([self.give(row[column.name], column) for row in rows], self.kinds[column.name])
            for column in self.columns
        }
        try:
            return self.run(given).numpy()
        except tf.errors.InvalidArgumentError as error:
            return None if "assertion failed: [column" in str(error) else str(error)


@pytest.mark.slow
@pytest.mark.parametrize("text", [True, False])
def test_they_make_of_real_and_odd_rows_what_numpy_does(text: bool, shared_data: Path) -> None:
    made, written = every(200)
    cases = [made, *real(shared_data, ("titanic",))]
    if text:
        cases += [written, *real(shared_data, ("korean",))]
    for case in cases:
        run = Operations(case, text)
        pairs = [(row, wanted) for row, wanted in zip(case.rows, case.wanted, strict=True) if run.takes(row)]
        doubtful = [any(map(beyond, row.values())) for row, _ in pairs]
        sure = [pair for pair, other in zip(pairs, doubtful, strict=True) if pair[1] is not None and not other]
        assert len(sure) > len(pairs) / 3
        assert not differ(np.stack([wanted for _, wanted in sure]), run([row for row, _ in sure])), case.name
        refused = [row for row, wanted in pairs if wanted is None]
        assert all(run([row]) is None for row in refused[:ALONE]), case.name
        others = [pair for pair, other in zip(pairs, doubtful, strict=True) if pair[1] is not None and other]
        found = [(wanted, run([row])) for row, wanted in others[:ALONE]]
        assert all(said is None or not differ(wanted, said[0]) for wanted, said in found), case.name


@pytest.mark.slow
def test_they_answer_as_the_target_does() -> None:
    from engine.serving.ops_answer import answerer

    draw = np.random.default_rng(2)
    names = ("no", "yes", "예")
    codes: list[TargetCode] = [
        ClassTarget("binary", "a", names[:2]),
        ClassTarget("multiclass", "a", names),
        GradeTarget("ordinal", "a", names),
        LabelTarget("multilabel", names, names),
        LabelTarget("multilabel", ("a",), names, separators=",;"),
        AmountTarget("regression", ("a",), (3.0,), (2.5,)),
        AmountTarget("vector", ("a", "b"), (3.0, -1.0), (2.5, 10.0)),
        QuantileTarget("quantile", "a", 3.0, 2.5),
    ]
    for code in codes:
        given = draw.random((40, code.outputs), dtype=np.float32)
        found = {name: each.numpy() for name, each in answerer(code, 0.35)(given).items()}
        p = code.natural(given)
        decided = code.decide(p, 0.35)
        if found["prediction"].dtype == object:
            assert [word.decode() for word in found["prediction"]] == decided
        else:
            assert found["prediction"] == pytest.approx(p if p.ndim == 1 or "columns" in found else np.array(decided))
        word, numbers = code.details(p)
        if word:
            assert found[word] == pytest.approx(np.stack(list(numbers.values()), axis=1), abs=1e-7)


def test_inputs_have_plain_names_and_none_twice() -> None:
    words = ("한국", "Age (y)", "age y", "Age y")
    preparation = Preparation(SCHEMA, tuple(OneHot(name, ("a",)) for name in words))
    found = [column.input for column in columns_of(preparation)]
    assert found == ["column", "Age_y", "age_y_2", "Age_y_3"]


def test_a_joined_number_with_decimals_is_refused_beforehand() -> None:
    from engine.serving.ops import executor

    made = Derived("both", "joined", ("a", "b"), (), ("number", "text"))
    with pytest.raises(UserError, match=r"joins the number 2\.5"):
        executor(Preparation(SCHEMA, (OneHot("both", ("1 & x", "2.5 & x")),), (made,)))
