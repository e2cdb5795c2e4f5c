"""What is wrong with texts: nothing said, other languages, shared words, one length; planted among real messages."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from auditing import look, made, words

from engine.data.read import read
from engine.detector import AuditData
from engine.text.language import language

GERMAN = "Ich komme heute nicht nach Hause und wir sehen uns erst am Montag {}"


@pytest.fixture(scope="module")
def messages(shared_data: Path) -> pd.DataFrame:
    return read(shared_data / "sms_spam/sms_spam.csv")[0]


def audit(frame: pd.DataFrame, texts: pd.Series | None = None) -> AuditData:
    return made({"text": frame["text"] if texts is None else texts, "type": frame["type"]}, "type", "binary")


def some(frame: pd.DataFrame, share: float) -> np.ndarray:
    return np.flatnonzero(np.random.default_rng(3).random(len(frame)) < share)


@pytest.mark.parametrize("detector", ["text_empty", "text_language", "text_boilerplate", "text_length"])
def test_real_messages_raise_no_question(messages: pd.DataFrame, shared_data: Path, detector: str) -> None:
    korean = read(shared_data / "nsmc_korean/ratings_subset.txt")[0]
    reviews = made({"document": korean["document"], "label": korean["label"].astype(str)}, "label", "binary")
    for data in (audit(messages), reviews):
        assert {finding.severity for finding in look(detector, data).values()} <= {"note"}


def test_texts_that_say_nothing(messages: pd.DataFrame) -> None:
    texts, rows = messages["text"].copy(), some(messages, 0.03)
    texts.iloc[rows[::2]] = None
    texts.iloc[rows[1::2]] = " -- ... !"
    finding = look("text_empty", audit(messages, texts))[("text",)]
    empty = texts.isna() | ~texts.str.contains(r"[^\W_]", regex=True, na=False)
    assert (finding.severity, finding.rows) == ("ask", int(empty.sum()))
    assert finding.row_ids == tuple(np.flatnonzero(empty))
    assert finding.rows_out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("I will be there at nine, so wait for me", "English"),
        (GERMAN, "German"),
        ("Je ne suis pas sûr que ce soit une bonne idée pour vous", "French"),
        ("No sé si está en casa, pero me lo dijo una vez", "Spanish"),
        ("이 영화는 정말 재미있었다", "Korean"),
        ("これは日本の映画です", "Japanese"),
        ("我不知道他在哪里", "Chinese"),
        ("Я не знаю, где он", "a Cyrillic script"),
        ("ok", None),
        ("12:30 !!", None),
    ],
)
def test_a_language_is_told_or_left_open(text: str, said: str | None) -> None:
    assert language(text) == said


def test_a_second_language_is_asked_about(messages: pd.DataFrame) -> None:
    texts, rows = messages["text"].copy(), some(messages, 0.08)
    texts.iloc[rows] = [GERMAN.format(row) for row in rows]
    finding = look("text_language", audit(messages, texts))[("text",)]
    assert finding.severity == "ask"
    assert "in German" in finding.evidence
    assert finding.rows_out
    assert set(rows) <= set(finding.row_ids)
    assert len(finding.row_ids) == finding.rows


@pytest.mark.parametrize("at_end", [True, False])
def test_words_that_go_with_one_class(messages: pd.DataFrame, at_end: bool) -> None:
    texts, spam = messages["text"].copy(), (messages["type"] == "spam").to_numpy()
    rows = np.flatnonzero(spam)[:200]
    words = "checked by the (new) filter"
    texts.iloc[rows] = texts.iloc[rows] + f" {words}" if at_end else f"{words} " + texts.iloc[rows]
    finding = look("text_boilerplate", audit(messages, texts))[("text",)]
    assert finding.severity == "ask"
    assert "200 are spam (among all texts 13% are)" in finding.evidence


def test_words_that_many_texts_share(messages: pd.DataFrame) -> None:
    texts, rows = messages["text"].copy(), some(messages, 0.2)
    texts.iloc[rows] += " -- Sent from my little telephone"
    finding = look("text_boilerplate", audit(messages, texts))[("text",)]
    ends = int(texts.str.endswith("from my little telephone").sum())
    assert finding.severity == "ask"
    assert f"{ends:,} end with “from my little telephone”" in finding.evidence


def test_texts_cut_off_and_texts_too_long(messages: pd.DataFrame) -> None:
    texts = messages["text"].str.slice(0, 120)
    finding = look("text_length", audit(messages, texts))[("text",)]
    assert finding.rows == int(texts.str.len().eq(120).sum())
    assert "end at exactly 120 characters" in finding.evidence
    texts = messages["text"].copy()
    texts.iloc[17] = "word " * 900
    finding = look("text_length", audit(messages, texts))[("text",)]
    assert finding.row_ids == (17,)


def test_letters_garbled_by_a_wrong_encoding(messages: pd.DataFrame) -> None:
    texts, rows = messages["text"].copy(), some(messages, 0.02)
    wrong = "Grüße aus Köln – naïve".encode().decode("cp1252")
    texts.iloc[rows] = [f"{wrong} {row}" for row in rows]
    finding = look("garbled", audit(messages, texts))[("text",)]
    before = look("garbled", audit(messages)).get(("text",))
    assert (finding.severity, finding.merged) == ("note", {})
    assert finding.rows == len(rows) + (before.rows if before else 0)
    assert before is None or before.severity == "note"
    (again,) = look("garbled", replace(audit(messages, texts), encoding="cp1252")).values()
    assert (again.severity, again.answers) == ("ask", {"framing.encoding": "utf-8"})


def test_garbled_names_are_read_as_what_they_were() -> None:
    towns = np.array([["Köln", "Zürich", "Bonn"][row % 3] for row in range(300)])
    wrong = words(np.array([town.encode().decode("cp1252") for town in towns]))
    data = made({"town": wrong, "y": words(np.array(["a", "b"] * 150))}, "y", "binary")
    (finding,) = look("garbled", replace(data, encoding="utf-8")).values()
    assert finding.severity == "ask"
    assert finding.merged == {"KÃ¶ln": "Köln", "ZÃ¼rich": "Zürich"}


def test_foreign_letters_are_not_garbled() -> None:
    honest = words(np.array(["NÃO É", "Ângela", "prix 5€", "Ünal", "DIREÇÃO", "Привет"] * 50))
    assert look("garbled", made({"text": honest, "y": words(np.array(["a", "b"] * 150))}, "y", "binary")) == {}
