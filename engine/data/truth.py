"""Words for yes and no as true and false."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

YES = (
    "true",
    "t",
    "yes",
    "y",
    "on",
    "1",
    "ja",
    "oui",
    "si",
    "s\u00ed",
    "sim",
    "da",
    "tak",
    "\u0434\u0430",
    "\u662f",
    "\uc608",
    "wahr",
    "vrai",
)
NO = (
    "false",
    "f",
    "no",
    "n",
    "off",
    "0",
    "nein",
    "non",
    "n\u00e3o",
    "nie",
    "\u043d\u0435\u0442",
    "\u5426",
    "\uc544\ub2c8\uc624",
    "falsch",
    "faux",
)
NAMED = ("true", "false")
DIGITS = ("1", "0")


@dataclass(frozen=True)
class Truth:
    """ "true", "false" or null for each word (u,), and what was assumed."""

    words: pa.Array
    note: str = ""


def as_truth(lower: pa.Array, missing: np.ndarray, *, several: bool, forced: bool) -> Truth | None:
    """Lower-case words as true and false; None unless all are true or false, or `several` words for yes and no.

    Two words alone, such as Yes and No, stay the names of two classes; with a third (YES, y) they are one answer
    written in several ways. `forced`: any word for yes or no is one, and others are null.
    """
    agree, deny = (pc.is_in(lower, pa.array(words, lower.type)) for words in (YES, NO))
    named, digits = (np.asarray(pc.is_in(lower, pa.array(words, lower.type))) for words in (NAMED, DIGITS))
    known = ~missing
    plain = bool(named[known].all())
    said = np.asarray(pc.or_(agree, deny))[known].all() and not digits[known].all()
    if not (forced or plain or (said and several)):
        return None
    words = pc.if_else(pa.array(missing), None, pc.if_else(agree, "true", pc.if_else(deny, "false", None)))
    return Truth(words.cast(lower.type), "" if plain else "words for yes and no are read as true and false")
