"""The written preparation: round trip, digest, refusal of what cannot be read."""

import msgspec
import pytest

from engine.errors import UserError
from engine.training.spec import SCHEMA, Category, Date, Drop, Numeric, OneHot, Preparation, Words, from_json, unfolded

PREPARATION = Preparation(
    schema=SCHEMA,
    encoders=(
        Numeric(name="age", transform="log", fill=28.0, center=3.3, scale=0.1 + 0.2, indicator=True),
        OneHot(name="sex", vocabulary=("male", "female"), missing=True, other=True),
        Date(name="day", fill=1.5e9, center=1.5e9, scale=86400.0, parts=("month", "hour")),
        Words(name="title", vocabulary=("mr", "mrs"), missing=True),
        Drop(name="id", reason="left out"),
        Category(name="town", vocabulary=("Busan", "Ulsan"), missing=True),
    ),
)


def test_json_round_trip_keeps_every_value_and_the_digest() -> None:
    again = from_json(PREPARATION.to_json())
    assert again == PREPARATION
    assert again.digest() == PREPARATION.digest()


def test_digest_changes_with_the_smallest_change_of_a_fitted_number() -> None:
    first = PREPARATION.encoders[0]
    moved = msgspec.structs.replace(first, center=3.3000000000000003)
    other = msgspec.structs.replace(PREPARATION, encoders=(moved, *PREPARATION.encoders[1:]))
    assert other.digest() != PREPARATION.digest()


def test_width_counts_every_input_and_dropped_columns_are_not_wanted() -> None:
    assert PREPARATION.width == 2 + 4 + 5 + 3 + 1
    assert len(set(PREPARATION.feature_names)) == PREPARATION.width
    assert PREPARATION.columns == ("age", "sex", "day", "title", "town")


def test_a_file_of_the_first_schema_still_reads() -> None:
    old = b'{"schema": 1, "encoders": [{"encoder": "onehot", "name": "x", "vocabulary": ["a"], "missing": true}]}'
    assert from_json(old).encoders == (OneHot(name="x", vocabulary=("a",), missing=True),)


def test_ids_unfold_into_an_input_per_value() -> None:
    made = unfolded(PREPARATION)
    assert made.encoders[-1].features == ("town=Busan", "town=Ulsan", "town is missing", "town is another value")
    assert made.encoders[:-1] == PREPARATION.encoders[:-1]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (b'{"schema": 99, "encoders": [], "novelty": 1}', "schema 99"),
        (b'{"schema": 99, "encoders": []}', "schema 99"),
        (b'{"schema": 1, "encoders": [{"encoder": "magic", "name": "x"}]}', "magic"),
        (b'{"schema": 1, "encoders": [{"encoder": "numeric", "name": "x"}]}', "missing required field"),
        (b"{", "is not a preparation"),
        (
            b'{"schema": 1, "encoders": [{"encoder": "numeric", "name": "x", "transform": "log", "fill": 0,'
            b' "center": 0, "scale": 0}]}',
            "scale",
        ),
    ],
)
def test_a_damaged_or_newer_file_is_refused_in_one_sentence(text: bytes, wanted: str) -> None:
    with pytest.raises(UserError, match=wanted) as caught:
        from_json(text, "bundle/preprocess.json")
    assert "bundle/preprocess.json" in str(caught.value)
    assert "\n" not in str(caught.value)
