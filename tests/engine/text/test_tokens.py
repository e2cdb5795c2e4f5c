"""Tokens of several scripts, the shape of columns of texts, and what follows from it."""

import csv
import unicodedata

import pytest

from engine.text.language import main_language
from engine.text.shape import (
    FEW_TERMS,
    LONGEST,
    MOST_CELLS,
    MOST_TERMS,
    RULE,
    USUAL_CELLS,
    advised,
    measured,
    most_terms,
    unit_of,
)
from engine.text.tokens import BLANK, normalised, terms, tokens


def test_words_and_signs_are_tokens_in_their_order() -> None:
    assert tokens("Don't CALL 0800!", "word") == ["don", "'", "t", "call", "0800", "!"]
    assert tokens("", "word") == tokens("  ", "character") == []
    assert tokens("हिन्दी में", "word") == ["हिन्दी", "में"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("정말 재밌다", ["정", "말", BLANK, "재", "밌", "다"]),
        ("映画はとても", list("映画はとても")),
        ("iPhone을 샀다", ["iphone", "을", BLANK, "샀", "다"]),
        ("ดีมาก", list("ดีมาก")),
    ],
)
def test_scripts_without_spaces_are_cut_into_characters(text: str, wanted: list[str]) -> None:
    assert tokens(text, "character") == wanted
    assert unit_of([text]) == "character"


def test_one_text_has_one_form_however_it_is_written() -> None:
    for text in ("정말 재밌다", "Café", "ＡＢＣ１２３"):
        forms = {normalised(unicodedata.normalize(form, text)) for form in ("NFC", "NFD", "NFKC", "NFKD")}
        assert len(forms) == 1
    assert normalised(" STRASSE ") == normalised("straße")


def test_terms_are_tokens_and_pairs_of_neighbours() -> None:
    assert terms("a b a", "word") == ["a", "b", "a", "a b", "b a"]
    assert terms("", "word") == []


def test_the_rule_counts_texts_per_word() -> None:
    shape = measured(["the cat is in the house with you"] * 40)
    assert (shape.unit, shape.mean, shape.length, shape.language) == ("word", 8.0, 8, "English")
    assert advised(shape, 8 * RULE - 1, alone=True)[0] == "bigrams"
    assert advised(shape, 8 * RULE, alone=True)[0] == "tokens"
    assert advised(shape, 8 * RULE, alone=False)[0] == "words"
    assert measured(["word " * 1000] * 3).length == LONGEST


def test_terms_are_bounded_by_the_memory_that_they_take() -> None:
    assert most_terms(10) == MOST_TERMS
    assert most_terms(USUAL_CELLS // 5000) == 5000
    assert most_terms(20_000) == most_terms(MOST_CELLS // FEW_TERMS) == FEW_TERMS
    assert most_terms(MOST_CELLS // 50) == 50


def test_what_cannot_be_told_is_said() -> None:
    assert main_language(["x1 kk 99", "zz", "%%"] * 5) is None
    assert "cannot be told" in advised(measured(["zz kk", "99"]), 100, alone=True)[1]
    assert measured([]).mean == 0


def test_real_korean_and_english(shared_data) -> None:
    with (shared_data / "nsmc_korean" / "ratings_subset.txt").open(encoding="utf-8") as file:
        korean = measured([row["document"] for row in csv.DictReader(file, delimiter="\t")])
    with (shared_data / "sms_spam" / "sms_spam.csv").open(encoding="utf-8") as file:
        english = measured([row["text"] for row in csv.DictReader(file)])
    assert (korean.unit, korean.language) == ("character", "Korean")
    assert (english.unit, english.language) == ("word", "English")
