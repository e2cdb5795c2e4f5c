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


@dataclass(frozen=True)
class Truth:
    """ "true", "false" or null for each word (u,), and what was assumed."""

    words: pa.Array
    note: str = ""


def as_truth(lower: pa.Array, missing: np.ndarray, forced: bool) -> Truth | None:
    """Lower-case words as true and false; None unless all are true, false, or further words beside one of these.

    Two words alone, such as yes and no, stay the names of two classes: so does Y beside N. Several words for the same
    (yes and y) are one answer. `forced`: any word for yes or no is one, and others are null.
    """
    known = lower.filter(pa.array(~missing))
    agree, deny = pc.is_in(lower, pa.array(YES, lower.type)), pc.is_in(lower, pa.array(NO, lower.type))
    either = np.asarray(pc.or_(agree, deny))
    named = np.asarray(pc.is_in(lower, pa.array(NAMED, lower.type)))
    several = len(pc.unique(known)) > 2 and not _digits(known)
    if (not forced and not either[~missing].all()) or (not forced and not (named[~missing].all() or several)):
        return None
    words = pc.if_else(agree, "true", pc.if_else(deny, "false", None))
    words = pc.if_else(pa.array(missing), None, words)
    note = "" if named[~missing].all() else "words for yes and no are read as true and false"
    return Truth(words.cast(lower.type), note)


def _digits(words: pa.Array) -> bool:
    return bool(pc.all(pc.is_in(words, pa.array(("1", "0"), words.type))).as_py())
