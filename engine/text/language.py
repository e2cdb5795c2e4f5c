"""In which language or script a text is: by its writing, and by the small words of a few languages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

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


def main_language(texts: Iterable[str]) -> str | None:
    """The language of most of the texts that can be told, if one in five can; else None."""
    told = [language(text) for text in texts]
    known = Counter(name for name in told if name)
    if not known or 5 * known.total() < len(told):
        return None
    (name, count) = known.most_common(1)[0]
    return name if 2 * count > known.total() else None
