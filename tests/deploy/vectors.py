"""Rows of real tables and what the numpy interpreter makes of them: what every other interpreter is held to."""

import math
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pandas as pd

from engine.data.read import read
from engine.errors import UserError
from engine.text.shape import measured
from engine.training.apply import columns_of, transform
from engine.training.decide import Recipe, decide
from engine.training.prepare import fit
from engine.training.spec import SCHEMA, Category, Date, Derived, Imputer, Numeric, OneHot, Preparation, Words
from engine.training.spec_text import Bigrams, Tokens

ROWS = 120
"""Rows of each table that are compared as they are; as many again have odd cells."""
FILES = {
    "penguins": "penguins_raw/penguins_raw.csv",
    "titanic": "titanic3/titanic3.csv",
    "churn": "telco_churn/Telco-Customer-Churn.csv",
    "adult": "adult_census/adult-train.csv",
    "taxi": "chicago_taxi_parquet/taxi.parquet",
    "sms": "sms_spam/sms_spam.csv",
    "korean": "nsmc_korean/ratings_subset.txt",
}
TEXTS = {"sms": "text", "korean": "document"}
NUMBERS = [0, -7, 1e-7, 1.5e-5, 1e22, -3.25, 123456789.125, 2**52, 1e308, 0.1, "1,5", " 7 ", "1e3", ".5", "5.", "+4"]
NUMBERS += [
    "1_000",
    "0x10",
    "nan",
    "inf",
    "-Infinity",
    "١٢٣",
    "１２．５",
    "１２",
    "",
    "  ",
    None,
    True,
    False,
    "abc",
    "--",
]
MOMENTS = ["2024-02-29", "2023-02-29", "20240131", "2024-01-31T23:59:59.123456", "2024-01-31 07:08", "2024-W05-3"]
MOMENTS += [
    "2024W053",
    "2024-01-31T10:00+05:30",
    "2024-01-31T10:00:00Z",
    "0001-01-01",
    "9999-12-31T23:59",
    "2024-13-01",
]
MOMENTS += ["2024-1-5", "24:00", "2024-01-31T24:00", "1969-12-31T23:59:59,5", "2024-01-31T1030", "2020-W53", "2021-W53"]
WORDS = [
    "true",
    "TRUE",
    "False",
    "1",
    "0",
    "1.0",
    "01",
    "yes",
    "Café",
    "cafe\u0301",
    "ｆｕｌｌ",
    "Straße",
    "STRASSE",
    "ẞ",
    "ﬁn",
]
WORDS += [
    "ΟΔΟΣ",
    "οδος",
    "İstanbul",
    "ıstanbul",
    "한국어",
    "\u1112\u1161\u11ab",
    "정말 좋아요!! 최고 ㅋㅋ",
    "東京 タワー",
    "ประเทศไทย",
]
WORDS += [
    "नमस्ते दुनिया",
    "👍🏽 ok",
    "a\u00a0b\u2003c",
    "x\x1fy",
    "\ufeffbom",
    "ᎠᏴ ꭰ",
    "½ ² ① Ⅳ",
    "naïve—don't",
    "it_s 100%",
    "\u200bzero",
]
ODD = [*NUMBERS, *MOMENTS, *WORDS]


@dataclass(frozen=True)
class Case:
    """A preparation and rows; `wanted` has for each row its numbers, or None where the row must be refused."""

    name: str
    preparation: Preparation
    rows: list[dict[str, Any]]
    wanted: list[Any]


def case(name: str, preparation: Preparation, rows: Sequence[dict[str, Any]]) -> Case:
    """Rows with what the numpy interpreter says of each alone."""
    return Case(name, preparation, list(rows), [_alone(preparation, row) for row in rows])


def _alone(preparation: Preparation, row: dict[str, Any]) -> Any:
    try:
        return transform(preparation, columns_of(preparation, [row]))[0]
    except UserError:
        return None


def real(shared_data: Path, names: Sequence[str] = tuple(FILES)) -> Iterator[Case]:
    """Every kind of encoder, fitted on a part of each table, and rows of the rest of it."""
    for name in names:
        frame, reading = read(shared_data / FILES[name])
        frame = frame.iloc[: 20 * ROWS].sample(min(len(frame), 6 * ROWS), random_state=3)
        learned, others = frame.iloc[: -2 * ROWS], plain_rows(frame.iloc[-2 * ROWS :])
        for action in ("bigrams", "tokens") if name in TEXTS else ("",):
            recipe = _recipe(name, learned, reading.columns, action)
            rows = others[:ROWS] + list(odd_rows(others[ROWS:]))
            yield case(f"{name} {action}".strip(), fit(recipe, learned), rows)


def _recipe(name: str, frame: pd.DataFrame, columns: Any, action: str) -> Recipe:
    overrides = {column.name: "embedding" for column in columns if column.kind == "categorical" and column.distinct > 6}
    if not action:
        merged = {"column_7": {"Sales": "Craft-repair"}} if name == "adult" else {}
        plain = Recipe(decisions=decide(columns, overrides=overrides), max_categories=6, merged=merged)
        if name != "titanic":
            return plain
        derived = (
            Derived(name="fare a head", kind="ratio", sources=("fare", "parch"), blanks=((), ())),
            Derived(name="class and sex", kind="joined", sources=("pclass", "sex"), readings=("number", "text")),
        )
        more = {"fare a head": "auto", "class and sex": "onehot", "pclass": "onehot"}
        made = decide((*columns, *(_like(columns, "fare", each.name) for each in derived)), overrides=more)
        return msgspec.structs.replace(plain, decisions=made, derived=derived, imputed=("age",))
    text = TEXTS[name]
    shape = measured([value for value in frame[text] if value])
    decisions = decide(columns, overrides={text: action})
    return Recipe(decisions=decisions, texts={text: msgspec.structs.replace(shape, terms=800)})


def _like(columns: Any, name: str, new: str) -> Any:
    return msgspec.structs.replace(next(column for column in columns if column.name == name), name=new)


def every(rows: int = 800, seed: int = 6) -> Iterator[Case]:
    """A preparation with all there is, and rows of nothing but odd cells; texts apart, as any text can be read."""
    words = ("1", "2.5", "true", "yes", "Café", "한국어", "1e+22", "x")
    numbers = (
        Numeric("n", "log", 1.5, 0.3, 2.0, True, (-7.0,)),
        OneHot("w", words, True, True, "number", (("4", "1"), ("5", "gone"))),
        OneHot("b", ("false", "true"), True, False, "boolean"),
        Category("c", words, True, "text", (("0", "x"),)),
        Date("d", 1e9, 1.1e9, 3e7, ("month", "weekday", "hour"), True),
        Numeric("quotient", "standard", 0.0, 0.0, 1.0),
        Numeric("span", "robust", 0.0, 0.0, 100.0),
        Numeric("year", "standard", 2000.0, 2000.0, 10.0),
        Numeric("day", "standard", 15.0, 15.0, 9.0),
        OneHot("both", ("1 & true", "4 & yes", "x & false"), True, True),
    )
    derived = (
        Derived("quotient", "ratio", ("n", "m"), ((-7.0,), ())),
        Derived("span", "days", ("d", "e")),
        Derived("year", "year", ("d",)),
        Derived("day", "day", ("e",)),
        Derived("both", "joined", ("w", "b"), (), ("number", "boolean")),
    )
    imputers = (Imputer("n", 0.5, ("d month sine", "b=true", "quotient"), (0.25, -1.0, 1e-3), -2.0, 1.5),)
    terms = (
        "한",
        "1",
        "한 국",
        "café",
        "strasse",
        "οδοσ",
        "ok",
        ".",
        "\u2581",
        "5 .",
        "i̇stanbul",
        "fin",
        "東 京",
        "नमस्ते",
    )
    texts = (
        Words("t", ("1", "café", "straße", "οδος", "full", "한국어"), True),
        Bigrams("u", terms, tuple(1 + 0.1 * place for place in range(len(terms))), 3.0, "character", True),
        Bigrams("v", terms, tuple(2 - 0.1 * place for place in range(len(terms))), 1.0),
        Tokens("x", terms, 9, "character"),
        Tokens("y", terms, 5),
    )
    draw = np.random.default_rng(seed)
    base = {"n": 1, "m": 4, "w": 2.5, "b": "True", "c": "yes", "d": "2024-01-31T10:00", "e": "2019-07-08"}
    cells = list(odd_rows([base] * rows, seed))
    yield case("every kind", Preparation(SCHEMA, numbers, derived, imputers), cells)
    cells = [{name: odd(draw, "") for name in "tuvxy"} for _ in range(rows)]
    yield case("every text", Preparation(SCHEMA, texts), cells)


def plain_rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as JSON has them."""
    columns = {str(name): [_plain(value) for value in frame[name].astype(object)] for name in frame.columns}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _plain(value: Any) -> Any:
    if value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, float) and value == int(value):
        # JSON does not tell 1.0 from 1.
        return int(value)
    return value.isoformat() if hasattr(value, "isoformat") else value


def odd_rows(rows: Sequence[dict[str, Any]], seed: int = 5) -> Iterator[dict[str, Any]]:
    """The rows with one to three of their cells replaced by something odd, or by such things put together."""
    draw = np.random.default_rng(seed)
    for row in rows:
        changed = draw.choice(list(row), min(len(row), int(draw.integers(1, 4))), replace=False)
        yield row | {name: odd(draw, row[name]) for name in changed}


def odd(draw: np.random.Generator, cell: Any) -> Any:
    """One odd cell instead of another: mostly of its kind, often several odd texts and letters in a row."""
    dated = isinstance(cell, str) and cell[4:5] == "-" and cell[:4].isdigit()
    usual = MOMENTS if dated else NUMBERS if isinstance(cell, int | float) else ODD
    if draw.random() < 0.7:
        pool = usual if draw.random() < 0.9 else ODD
        return pool[draw.integers(len(pool))]
    if usual is not ODD and draw.random() < 0.8:
        return cell
    parts = [str(ODD[draw.integers(len(ODD))]) if draw.random() < 0.5 else letter(draw) for _ in range(4)]
    return (" " if draw.random() < 0.5 else "").join(parts)


def letter(draw: np.random.Generator) -> str:
    """Any character that has long been one, so that every runtime knows it; early ones more often."""
    found = chr(int(draw.integers(0x20, 0x3000 if draw.random() < 0.7 else 0x10FFFF)))
    return "a" if unicodedata.ucd_3_2_0.category(found) in ("Cn", "Cs") else found


def compare(found: Case, given: Sequence[Any], apart: Callable[[Any, Any], bool]) -> list[str]:
    """Rows in which another interpreter (None for a row it refuses) says something else."""
    return [
        f"{found.name}: {row}"
        for row, wanted, said in zip(found.rows, found.wanted, given, strict=True)
        if (wanted is None) != (said is None) or (wanted is not None and apart(wanted, np.array(said, np.float32)))
    ]


def differ(one: Any, other: Any) -> bool:
    """More than the last bits of 32-bit numbers."""
    return one.shape != other.shape or not np.allclose(one, other, rtol=1e-6, atol=1e-7)
