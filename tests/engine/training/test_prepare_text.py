"""Counts of words and pairs of them: as scikit-learn's formula has them, fitted on training rows, within bounds."""

import numpy as np
import pytest
from msgspec import structs
from sklearn.feature_extraction.text import TfidfVectorizer

from engine.data.schema import Column
from engine.text.shape import BESIDE, TextShape
from engine.text.tokens import terms
from engine.training.apply import transform
from engine.training.decide import Decision, Recipe, decide
from engine.training.encoders_text import LENGTH
from engine.training.prepare import before_after, fit
from engine.training.spec import Drop, from_json
from engine.training.spec_text import Bigrams
from engine.work import texts

SAID = ["free prize, call now", "call me later", "see you later", "free free free call", None, "", "Later, see you"]
COLUMNS = (
    Column(name="said", kind="text", rows=len(SAID), missing=2, distinct=5),
    Column(name="size", kind="numeric", rows=len(SAID), distinct=5),
)


def recipe(shape: TextShape, action: str = "bigrams") -> Recipe:
    return Recipe(decisions=(Decision(column="said", action=action, why="test"),), texts={"said": shape})


@pytest.mark.parametrize("unit", ["word", "character"])
def test_counts_are_weighed_as_in_scikit_learn(unit) -> None:
    made = fit(recipe(TextShape(unit=unit)), {"said": SAID})
    encoder = made.encoders[0]
    assert isinstance(encoder, Bigrams)
    found = transform(made, {"said": SAID})
    wanted = TfidfVectorizer(
        analyzer=lambda text: terms(text, unit), vocabulary=list(encoder.vocabulary), sublinear_tf=True
    ).fit([text or "" for text in SAID])
    np.testing.assert_allclose(encoder.weights, wanted.idf_, rtol=1e-12)
    np.testing.assert_allclose(
        found[:, :-1], LENGTH * wanted.transform([text or "" for text in SAID]).toarray(), rtol=1e-6
    )
    np.testing.assert_array_equal(found[:, -1], [text in (None, "") for text in SAID])
    assert from_json(made.to_json()) == made


def test_the_vocabulary_is_of_terms_that_tell_and_has_its_bound() -> None:
    encoder = fit(recipe(TextShape(terms=3)), {"said": SAID}).encoders[0]
    assert isinstance(encoder, Bigrams)
    assert encoder.vocabulary == ("call", "later", ",")
    nothing = fit(recipe(TextShape()), {"said": ["a", "b", "c"]}).encoders[0]
    assert nothing == Drop(name="said", reason="has no word that occurs in several rows")
    empty = fit(recipe(TextShape()), {"said": [None, ""]}).encoders[0]
    assert empty == Drop(name="said", reason="has no value in the training rows")


def test_unknown_words_move_no_other_input() -> None:
    made = fit(recipe(TextShape()), {"said": SAID})
    plain, strange = transform(made, {"said": ["call later", "call zebra later"]})
    together = made.feature_names.index("said has call")
    assert plain[together] == strange[together] > 0
    assert not transform(made, {"said": ["zebra"]}).any()


def test_texts_alone_are_counted_and_remarks_beside_other_columns_stay_cheap() -> None:
    frame = {"said": SAID, "size": np.arange(len(SAID))}
    for columns, action, bound in ((COLUMNS[:1], "bigrams", 20_000), (COLUMNS, "words", BESIDE)):
        first = decide(columns)
        shapes = texts.shapes(first, columns, frame)
        assert shapes["said"].terms == bound
        said = decide(columns, texts=texts.actions(first, columns, shapes))[0]
        assert said.action == action
        assert "5 texts of" in said.why
    assert decide(columns, words=False, texts={"said": ("bigrams", "")})[0].action == "drop"
    asked = decide(COLUMNS, overrides={"said": "bigrams"})
    assert texts.actions(asked, COLUMNS, texts.shapes(asked, COLUMNS, frame))["said"][0] == "words"
    assert decide(COLUMNS, overrides={"said": "bigrams"}, texts={"said": ("words", "")})[0].action == "bigrams"


def test_the_effect_is_told() -> None:
    made = fit(recipe(TextShape()), {"said": SAID})
    (effect,) = before_after(made, {"said": SAID})
    assert (effect.kind, effect.missing, effect.width) == ("bigrams", 2, made.width)
    assert structs.replace(made, schema=2).width == made.width
