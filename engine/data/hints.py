"""What names of files say of which of them belong together: numbers that run over classes, and parts that come again.

They are hints, so that a person is asked: the same hand in ten pictures, the same speaker in many sounds.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

RUN = "run"
FEWEST = 30
"""Files from which numbers can tell anything."""
RISING = 0.65
"""Share of neighbouring numbers whose class rises, from which classes were gone through again and again; at random it
is below one half."""
LONGEST = 3.0
"""Length of a run, in numbers of classes, beyond which it is no going through the classes."""
AGAIN = 3
"""Files that a part of a name has on average, where it is one of a person or a thing."""


def runs(names: Sequence[str], labels: Sequence[str]) -> tuple[str, ...] | None:
    """A name of the run of each file (n,), where the last number of the names goes up through the classes time after
    time: a new run begins where the class stops rising. None where it does not.
    """
    numbers = [re.findall(r"\d+", name) for name in names]
    if len(names) < FEWEST or not all(numbers) or len(set(labels)) < 3:
        return None
    stems = {re.sub(r"\d+$", "", re.sub(r"\D+$", "", name)) for name in names}
    keys = [int(each[-1]) for each in numbers]
    if len(stems) > 1 or len(set(keys)) < len(keys):
        return None
    order = sorted(range(len(keys)), key=lambda place: keys[place])
    rising = [labels[after] > labels[before] for before, after in pairwise(order)]
    if sum(rising) < RISING * len(rising):
        return None
    found, run = [""] * len(names), 1
    for place, goes_on in zip(order, (True, *rising), strict=True):
        run += not goes_on
        found[place] = f"run {run}"
    return tuple(found) if len(names) / run <= LONGEST * len(set(labels)) else None


def parts(names: Sequence[str], labels: Sequence[str] | None = None) -> dict[str, tuple[str, ...]]:
    """Parts of the names, split at _, - and blanks, in which words come again; `name 1` and so on.

    With `labels` only those of which most occur in several classes: others say the class once more.
    """
    split = [re.split(r"[_\-\s]+", name) for name in names]
    found = {}
    if split and len({len(each) for each in split}) == 1 and len(split[0]) > 1:
        for place in range(len(split[0])):
            words = tuple(each[place] for each in split)
            if _names_things(words, labels):
                found[f"name {place + 1}"] = words
    return found


def named(names: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """All parts in which words come again, those that may name things first; but no number that only counts files
    which are called the same otherwise.
    """
    split = [re.split(r"[_\-\s]+", name) for name in names]
    if not split or len({len(each) for each in split}) > 1 or len(split[0]) == 1:
        return {}
    found = dict(parts(names))
    last = len(split[0]) - 1
    for place in range(last + 1):
        words = tuple(each[place] for each in split)
        counts = place == last and all(word.isdigit() for word in words) and len(set(map(tuple, split))) == len(split)
        if 2 <= len(set(words)) <= len(words) / AGAIN and not counts:
            found.setdefault(f"name {place + 1}", words)
    return found


def _names_things(words: tuple[str, ...], labels: Sequence[str] | None) -> bool:
    """Whether these words have letters, and come again, in rows of several classes."""
    kinds = set(words)
    if not 3 <= len(kinds) <= len(words) / AGAIN or not all(re.search(r"[^\W\d]", word) for word in kinds):
        return False
    if labels is None:
        return True
    with_labels = dict.fromkeys(kinds, 0)
    for word, _ in set(zip(words, labels, strict=True)):
        with_labels[word] += 1
    return sum(count > 1 for count in with_labels.values()) > len(kinds) / 2
