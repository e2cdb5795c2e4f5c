"""Texts of several languages in one column, told by their writing and by the small words of each language."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
import pandas as pd

from engine.audit.sample import TAKEN_OUT, ids, places, prose
from engine.detector import AuditData, Detector
from engine.values import Finding

MOST = 2000
"""Texts looked at; a share of one in a hundred is then told to a third of itself."""

ALL = 20_000
"""Texts up to which each is looked at, so that those in other languages can be left out."""

SCRIPTS = {
    "Korean": "\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3",
    "Japanese": "\u3040-\u30ff",
    "Chinese": "\u4e00-\u9fff",
    "a Cyrillic script": "\u0400-\u04ff",
    "Greek": "\u0370-\u03ff",
    "Arabic": "\u0600-\u06ff",
    "Hebrew": "\u0590-\u05ff",
    "Devanagari": "\u0900-\u097f",
    "Thai": "\u0e00-\u0e7f",
}
WRITING = {name: re.compile(f"[{signs}]") for name, signs in SCRIPTS.items()}
LATIN = re.compile(r"[a-zà-ÿœß]+")

SMALL_WORDS = {
    "English": "the and of to is was for that with you this have are not be it on at my your i we can will what me so "
    "do a no in as at by he she or if up out now how just go got get but u ur when there they was were had from",
    "German": "der die das und ist nicht ich ein eine mit für auf den von zu es auch sich dem wie wir sie war aber",
    "French": "le la les des et est pas je une un pour que qui dans avec sur vous nous mais au ce cette très plus",
    "Spanish": "el la los las y es no que de en un una por con para se mi muy pero como está lo más fue me del al su",
    "Italian": "il la gli e è non che di un una per con sono mi ma come del della anche più questo molto ho nel si",
    "Portuguese": "o a os as e é não que de em um uma por com para se meu muito mas como está mais foi do da no na",
    "Dutch": "de het een en is niet ik van dat die voor met op zijn er maar ook als bij nog naar heb was wel deze",
    "Polish": "i w nie na się z do to że jest jak ale co po tak za od o mi czy już bardzo był dla tylko",
    "Turkish": "ve bir bu da de için çok ama ne ile gibi daha var ben o mi en kadar sonra olarak değil şey iyi",
}
WORDS = {name: frozenset(words.split()) for name, words in SMALL_WORDS.items()}

SHARE = 0.03
FEWEST = 20
"""Share and number of the told texts that a second language needs to be asked about."""

NOTED = 0.01
SURE = 2
"""Small words of a language that a text needs, and how many more than of any other."""


def language(text: str) -> str | None:
    """The language of a text, or None where it is too short or too mixed to tell."""
    script, share = ("", 0.0) if text.isascii() else _writing(text)
    if share >= 0.5:
        return script
    words = LATIN.findall(text.lower())
    hits = sorted(((sum(word in known for word in words), name) for name, known in WORDS.items()), reverse=True)
    (first, name), (second, _) = hits[:2]
    return name if first >= SURE and first >= 2 * second and share < 0.1 else None


def _writing(text: str) -> tuple[str, float]:
    """The writing other than Latin that a text has most of, and its share of the letters."""
    signs = {name: len(pattern.findall(text)) for name, pattern in WRITING.items()}
    # Japanese is written with Chinese signs as well.
    script = "Japanese" if signs["Japanese"] else max(signs, key=lambda name: signs[name])
    found = signs[script] + (signs["Chinese"] if script == "Japanese" else 0)
    return script, found / max(1, sum(sign.isalpha() for sign in text))


def look(data: AuditData) -> tuple[Finding, ...]:
    return tuple(finding for name in prose(data) if (finding := _look_at(name, data)) is not None)


def _look_at(name: str, data: AuditData) -> Finding | None:
    rows = places(data, MOST)
    texts = data.frame[name].iloc[rows]
    told = np.array([language(text) if isinstance(text, str) else None for text in texts], dtype=object)
    counts = Counter(word for word in told if word)
    n = sum(counts.values())
    if len(counts) < 2 or n < FEWEST:
        return None
    (main, most), *others = counts.most_common()
    others = [(word, count) for word, count in others if count >= max(FEWEST / 4, NOTED * n)]
    if not others:
        return None
    strangers = np.isin(told.astype(str), [word for word, _ in others])
    asked = sum(count for _, count in others) >= max(FEWEST, SHARE * n)
    where = np.zeros(len(data.frame), dtype=bool)
    where[rows[strangers]] = True
    if asked and not data.sampled and len(where) <= ALL:
        where = _in(data.frame[name], [word for word, _ in others])
    else:
        asked = False
    asked = asked and int(where.sum()) <= TAKEN_OUT
    said = ", ".join(f"{count:,} in {word}" for word, count in others)
    return Finding(
        detector="text_language",
        columns=(name,),
        rows=int(where.sum()),
        sample=n,
        severity="ask" if asked else "note",
        evidence=f"of {n:,} texts in {name} whose language can be told, {most:,} are in {main} and {said}",
        proposal=f"leave the others out of training; override if the product will meet texts that are not in {main}"
        if asked
        else f"decide whether the product will meet them; if not, keep the texts in {main} only",
        row_ids=ids(data, where, TAKEN_OUT) if asked else ids(data, where),
        rows_out=asked,
    )


def _in(texts: pd.Series, languages: list[str]) -> np.ndarray:
    """Which texts (n,) are in one of these languages."""
    return np.array([isinstance(text, str) and language(text) in languages for text in texts], dtype=bool)


DETECTOR = Detector("text_language", "Texts of several languages", False, look)
