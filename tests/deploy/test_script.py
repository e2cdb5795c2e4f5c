"""The JavaScript interpreter of preparations and targets: the same numbers as the numpy one, on real and odd rows."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from vectors import Case, compare, differ, every, real

import engine.serving
from engine.training.spec import SCHEMA
from engine.training.target_amounts import AmountTarget, QuantileTarget
from engine.training.target_classes import ClassTarget, GradeTarget, LabelTarget
from engine.training.target_code import TargetCode

SCRIPTS = Path(engine.serving.__file__).parent / "js"
pytestmark = pytest.mark.skipif(not shutil.which("node"), reason="there is no node here")


def node(script: str, content: Any, folder: Path) -> Any:
    """What a script of this folder writes about `content`, in a process of its own."""
    given, out = folder / "given.json", folder / "out.json"
    given.write_bytes(msgspec.json.encode(content))
    done = subprocess.run(
        ["node", str(Path(__file__).with_name(script)), str(SCRIPTS), str(given), str(out)],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return msgspec.json.decode(out.read_bytes())


def check(cases: list[Case], folder: Path) -> None:
    content = [{"preparation": case.preparation, "rows": case.rows} for case in cases]
    for case, said in zip(cases, node("prepare.mjs", content, folder), strict=True):
        assert (tuple(said["columns"]), said["width"]) == (case.preparation.columns, case.preparation.width)
        wrong = compare(case, said["rows"], differ)
        assert not wrong, f"{len(wrong)} of {len(case.rows)}: {wrong[0]}"


def test_it_makes_of_real_and_odd_rows_what_numpy_does(shared_data: Path, tmp_path: Path) -> None:
    cases = [*real(shared_data), *every()]
    refused = sum(wanted is None for case in cases for wanted in case.wanted)
    assert 100 < refused < sum(len(case.rows) for case in cases) / 4
    kinds = {type(encoder).__name__ for case in cases[:-2] for encoder in case.preparation.encoders}
    assert kinds >= {"Numeric", "OneHot", "Category", "Date", "Words", "Bigrams", "Tokens"}
    check(cases, tmp_path)


def test_it_says_of_what_a_network_gives_what_the_target_says(tmp_path: Path) -> None:
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
    outputs = [draw.random((40, code.outputs), dtype=np.float32) for code in codes]
    line = 0.35
    content = [
        {"target": code, "meta": {"threshold": line}, "outputs": given.tolist()}
        for code, given in zip(codes, outputs, strict=True)
    ]
    for code, given, said in zip(codes, outputs, node("answer.mjs", content, tmp_path), strict=True):
        p = code.natural(given)
        word, numbers = code.details(p)
        for row, (decided, answer) in enumerate(zip(code.decide(p, line), said, strict=True)):
            same = decided == answer["prediction"] if isinstance(decided, str) else None
            assert same or answer["prediction"] == pytest.approx(decided, rel=1e-12)
            assert set(answer) == {"prediction", *([word] if word else [])}
            if word:
                assert answer[word] == pytest.approx({name: each[row] for name, each in numbers.items()}, abs=1e-12)


def test_it_refuses_a_newer_preparation_and_a_row_without_a_column(tmp_path: Path) -> None:
    newer = {"schema": SCHEMA + 1, "encoders": []}
    with pytest.raises(AssertionError, match="export the model again"):
        node("prepare.mjs", [{"preparation": newer, "rows": []}], tmp_path)
    known = next(every(1))
    (said,) = node("prepare.mjs", [{"preparation": known.preparation, "rows": [{"n": 1}]}], tmp_path)
    assert said["rows"] == [None]
