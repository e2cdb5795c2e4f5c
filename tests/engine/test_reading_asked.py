"""What is asked about a file, and when: nothing where it can be read in one way, each doubt where it cannot."""

import msgspec

from engine.advice import against, resolve
from engine.data.schema import Column, Manner, Reading
from engine.steps import STEPS, Plan
from engine.steps.file import CORRECTIONS, manner_of
from engine.steps.framing import Framing, FramingResult

FOUND = Manner(header="yes", encoding="cp1252", delimiter="tab", decimal="point", comment="none")
DOUBT = {"dates": "when: dates such as 01/02/2020 …", "kinds": "doors: its numbers have 'more' around them"}


def plan(doubts: dict[str, str] | None = None, **answers: object) -> Plan:
    reading = Reading("a.csv", "0", 2, (Column("when", "date", 2),), manner=FOUND, doubts=doubts or {})
    framing = Framing(data="a.csv", result=FramingResult(reading=reading))
    return Plan(framing=msgspec.structs.replace(framing, **answers))


def asked(found: Plan) -> set[str]:
    resolved = resolve(found).plan.framing
    return {name for name in CORRECTIONS if getattr(resolved, name) is not None}


def test_a_plain_file_is_not_asked_about() -> None:
    resolved, advice = resolve(plan())
    assert resolved.framing.reading == "found"
    assert asked(plan()) == set()
    assert manner_of(resolved) == Manner()
    assert "cp1252" in advice["framing"].answers["encoding"].reason
    assert not any("framing.dates" in note.text for note in advice["framing"].notes)


def test_a_doubt_opens_the_questions_and_is_told() -> None:
    doubtful = plan(DOUBT)
    resolved, advice = resolve(doubtful)
    assert resolved.framing.reading == "correct"
    assert advice["framing"].answers["reading"].confirm
    told = [note.text for note in advice["framing"].notes if note.level == "warning"]
    assert [text.split(":")[0] for text in told] == ["framing.dates", "framing.kinds"]


def test_a_person_who_says_it_is_right_is_not_asked_again() -> None:
    advice = resolve(plan(DOUBT, reading="found")).advice["framing"]
    assert [note for note in advice.notes if "framing." in note.text] == []
    assert asked(plan(DOUBT, reading="found")) == set()


def test_an_answer_to_a_doubt_holds_and_is_not_against_the_advice() -> None:
    for doubts in (DOUBT, {}):
        answered = plan(doubts, dates="month", kinds={"doors": "numeric"})
        resolved, advice = resolve(answered)
        assert manner_of(resolved) == Manner(dates="month", kinds={"doors": "numeric"})
        assert not {"dates", "kinds"} & set(against(answered, STEPS["framing"], advice["framing"]))
        assert not any("framing.dates" in note.text for note in advice["framing"].notes)


def test_an_answer_given_elsewhere_counts_though_the_file_was_called_right() -> None:
    answered = plan(reading="found", kinds={"doors": "numeric"})
    assert manner_of(resolve(answered).plan).kinds == {"doors": "numeric"}


def test_a_file_that_declares_its_columns_is_not_asked_about() -> None:
    for name in ("a.parquet", "A.FEATHER"):
        assert resolve(Plan(framing=Framing(data=name))).plan.framing.reading is None
    declared = Reading("folder", "0", 2, (Column("when", "date", 2),))
    read = Framing(data="folder", result=FramingResult(reading=declared))
    assert resolve(Plan(framing=read)).plan.framing.reading is None
    assert resolve(Plan(framing=Framing(data="folder"))).plan.framing.reading == "found"
