"""How the lines of a text are divided into cells: by which mark, and into how many."""

import csv
import re
import sys
from collections import Counter
from dataclasses import dataclass

import pyarrow as pa

from engine.errors import UserError

SAMPLE = 1 << 22
DELIMITERS = ("\t", ";", "|", ",")
MARKS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|", "blank": " "}
"""What divides cells, by the word that a person uses for it."""
CONSISTENT = 0.9
"""Share of lines with the same number of delimiters from which the preferred delimiters win over the more frequent."""
PLAUSIBLE = 0.5


@dataclass(frozen=True)
class Form:
    """How lines are divided: `width` cells by `delimiter`.

    `loose`: blanks before quotes, or runs of blanks; `short`: most lines have only that many cells, the header more.
    """

    delimiter: str
    width: int
    loose: bool = False
    short: int = 0


def sample_of(data: pa.Buffer) -> str:
    """The beginning of the text, whole lines as far as there are any."""
    head = bytes(data.slice(0, min(SAMPLE, data.size))).decode("utf-8", errors="ignore")
    if data.size <= SAMPLE:
        return head
    cut = max(head.rfind("\n"), head.rfind("\r"))
    return head[: cut + 1] if cut >= 0 else head


def mark_of(word: str) -> str | None:
    """The mark that a person named, None where it is to be found out. Errors: UserError for more than one character."""
    if word == "auto":
        return None
    mark = MARKS.get(word, word)
    if len(mark) != 1 or mark in '"\r\n':
        raise UserError(f"framing.delimiter: found {word!r}, accepted is one character or one of {', '.join(MARKS)}")
    return mark


def form_of(sample: str, said: str | None, remarks: tuple[str, ...]) -> Form | None:
    """The delimiter whose count is the same in most lines; None when no delimiter divides the lines.

    `said` is the delimiter where it is known; lines that begin with one of `remarks` say nothing.
    """
    lines = sample.splitlines(keepends=True)
    if len(rows := [line for line in lines if not line.lstrip().startswith(remarks)]) > 1 and len(rows) < len(lines):
        sample = "".join(rows)
    found = {}
    for delimiter in () if said == " " else (said,) if said else DELIMITERS:
        counts = _counts(sample, delimiter)
        tally = Counter(counts)
        best = max(tally, key=lambda count: (tally[count], count), default=0)
        if best > 0 and tally[best] >= PLAUSIBLE * len(counts):
            head = counts[0] if counts[0] in counts[1:] else best
            found[delimiter] = tally[best] / len(counts), best, head
    steady = [mark for mark, (share, usual, head) in found.items() if share >= CONSISTENT and head == usual]
    if found:
        chosen = steady[0] if steady else max(found, key=lambda mark: found[mark][:2])
        _, usual, head = found[chosen]
        loose = chosen != "\t" and re.search(rf'{re.escape(chosen)} +"', sample) is not None
        return Form(chosen, max(usual, head) + 1, loose, usual + 1 if head > usual else 0)
    return _of_blanks(sample) if said in (None, " ") else None


def _of_blanks(sample: str) -> Form | None:
    """Cells divided by runs of blanks, where most lines have the same number of them."""
    widths = Counter(len(cells) for cells in by_blanks(sample) if cells)
    width = max(widths, key=lambda count: (widths[count], count), default=1)
    if width > 1 and widths[width] >= CONSISTENT * widths.total():
        return Form(" ", width, loose=True)
    return None


def _counts(sample: str, delimiter: str) -> list[int]:
    """Delimiters per line outside quoted cells; blank lines are left out."""
    mark = re.escape(delimiter)
    bare = re.sub(rf'(?m)(^|{mark})[ ]*"[^"]*(?:""[^"]*)*"', r"\1", sample)
    return [line.count(delimiter) for line in bare.splitlines() if line.strip()]


def by_blanks(text: str) -> list[list[str]]:
    csv.field_size_limit(sys.maxsize)
    lines = (line.replace("\t", " ").strip() for line in text.splitlines())
    return list(csv.reader(lines, delimiter=" ", skipinitialspace=True))
