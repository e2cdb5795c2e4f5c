"""The part of framing that names the data file and corrects how it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from engine.data.schema import REMARKS, Manner
from engine.values import Advised, Ask, Choice, Note, Section

if TYPE_CHECKING:
    from engine.steps import Plan

CORRECTIONS = ("encoding", "delimiter", "decimal", "dates", "comment", "missing_words", "kinds")
"""What a person may say of the file in place of what the reader found."""

REMARK_CHOICES = tuple(Choice(mark, mark) for mark in REMARKS)
GivenKind = Literal["numeric", "categorical", "boolean", "date", "text", "image", "audio"]
DECLARED = (".parquet", ".pq", ".arrow", ".feather", ".ipc")
"""How the names of files end that say of themselves what their columns are."""
REJECTED = "data/rejected.csv"
"""Where in a project the lines lie that are no rows."""
_FIRST_LINES = {
    "auto": "the first line is compared with the ones below",
    "yes": "found: the first line holds names",
    "no": "found: the first line is a row like the others",
    "two": "found: the first two lines hold names",
}


def manner_of(plan: Plan) -> Manner:
    """What framing says of how the file is to be read; what it does not say, the reader finds out."""
    own = plan.framing
    return Manner(
        header=own.header or "auto",
        encoding=own.encoding or "auto",
        delimiter=own.delimiter or "auto",
        decimal=own.decimal or "auto",
        dates=own.dates or "auto",
        comment=own.comment or "auto",
        missing=own.missing_words or (),
        kinds=dict(own.kinds or {}),
    )


def is_text(plan: Plan) -> bool:
    """Whether a file is named that may be read in more than one way: not one that declares its columns itself."""
    own = plan.framing
    if own.data is None or own.data.lower().endswith(DECLARED):
        return False
    reading = own.result.reading if own.result else None
    return reading is None or reading.path != own.data or reading.manner is not None


def corrects(plan: Plan) -> bool:
    """Whether the single points are asked: where a person wants to, or has answered one of them elsewhere."""
    said = msgspec.structs.replace(manner_of(plan), header="auto") != Manner()
    return is_text(plan) and (plan.framing.reading == "correct" or said)


def corrects_kinds(plan: Plan) -> bool:
    """Also of a file that declares its columns: an accepted finding may have named the kind of one."""
    return corrects(plan) or bool(plan.framing.kinds)


class DataFile(Section, frozen=True):
    """The questions about the file: which it is, and how it is to be read where the reader is wrong."""

    data: Annotated[str | None, Ask("Data file", "a file, a folder or a pattern; empty = frame without data")] = None
    header: Annotated[
        str | None,
        Ask(
            "First line holds names?",
            choices=(
                Choice("auto", "find out"),
                Choice("yes", "yes"),
                Choice("no", "no"),
                Choice("two", "the first two lines do"),
            ),
        ),
    ] = None
    reading: Annotated[
        str | None,
        Ask(
            "Is the file read right?",
            "look at what was assumed while reading",
            choices=(Choice("found", "yes, as it was found"), Choice("correct", "no, let me correct it")),
            applies=is_text,
        ),
    ] = None
    encoding: Annotated[
        str | None,
        Ask(
            "Encoding of the text",
            "or any other name of an encoding",
            choices=(
                Choice("auto", "find out"),
                Choice("utf-8", "UTF-8"),
                Choice("utf-16", "UTF-16"),
                Choice("cp1252", "Western, Windows"),
                Choice("latin-1", "Western, ISO"),
                Choice("cp1250", "Central European"),
                Choice("cp1251", "Cyrillic"),
                Choice("cp949", "Korean"),
                Choice("gb18030", "Chinese, simplified"),
                Choice("big5", "Chinese, traditional"),
                Choice("cp932", "Japanese"),
            ),
            applies=corrects,
            free=True,
        ),
    ] = None
    delimiter: Annotated[
        str | None,
        Ask(
            "What divides cells",
            "or any other single character",
            choices=(
                Choice("auto", "find out"),
                Choice("comma", "comma"),
                Choice("semicolon", "semicolon"),
                Choice("tab", "tab"),
                Choice("bar", "vertical bar"),
                Choice("blank", "blanks"),
            ),
            applies=corrects,
            free=True,
        ),
    ] = None
    decimal: Annotated[
        str | None,
        Ask(
            "Decimal mark",
            choices=(Choice("auto", "find out"), Choice("point", "1.5"), Choice("comma", "1,5")),
            applies=corrects,
        ),
    ] = None
    dates: Annotated[
        str | None,
        Ask(
            "Dates such as 01/02/2020",
            choices=(
                Choice("auto", "find out"),
                Choice("day", "the day is first"),
                Choice("month", "the month is first"),
            ),
            applies=corrects,
        ),
    ] = None
    comment: Annotated[
        str | None,
        Ask(
            "Lines that are remarks",
            "what they begin with",
            choices=(
                Choice("auto", "find out"),
                Choice("none", "there are none"),
                *REMARK_CHOICES,
            ),
            applies=corrects,
            free=True,
        ),
    ] = None
    missing_words: Annotated[
        tuple[str, ...] | None,
        Ask("Further words for missing", "beside NA, ?, null and the like: unknown, -999", applies=corrects),
    ] = None
    kinds: Annotated[
        dict[str, GivenKind] | None,
        Ask(
            "Kinds of columns",
            "NAME=numeric, categorical, boolean, date, text, image, audio; …",
            applies=corrects_kinds,
        ),
    ] = None


def advised_reading(plan: Plan) -> dict[str, Advised]:
    """The reader's own findings, and where a person should look: nothing is forced on another file by them."""
    own = plan.framing
    reading = own.result.reading if own.result else None
    manner = reading.manner if reading and reading.manner else Manner()
    doubts = reading.doubts if reading else {}
    said = [name for name in CORRECTIONS if getattr(own, name) not in (None, "auto", (), {})]
    if said:
        gate = Advised("correct", f"answered by you: {', '.join(said)}")
    elif doubts:
        gate = Advised("correct", f"not sure: {'; '.join(doubts.values())}", confirm=True)
    elif reading is None:
        gate = Advised("found", "it is looked at as soon as it is named, and what is assumed is told")
    else:
        gate = Advised("found", "nothing was found that could be read in two ways")
    answers = {"reading": gate, "header": Advised("auto", _FIRST_LINES.get(manner.header, ""))}
    for name in ("encoding", "delimiter", "decimal", "comment", "dates"):
        # What a person knows of the file is no matter of advice, so that no answer to a doubt is one against it.
        if getattr(own, name) is None and name not in doubts:
            found = getattr(manner, name)
            answers[name] = Advised("auto", f"found: {found}" if found != "auto" else "found out from the file")
    return answers


def doubts_of_reading(plan: Plan) -> tuple[Note, ...]:
    """What of the file can be read in two ways and nobody has decided."""
    own = plan.framing
    reading = own.result.reading if own.result else None
    if reading is None or own.reading == "found":
        return ()
    open_points = [(name, why) for name, why in reading.doubts.items() if getattr(own, name, None) in (None, "auto")]
    return tuple(Note("warning", f"framing.{name}: {why}") for name, why in open_points)
