"""Every step's result is shown within its width, number first, in ASCII where asked, and never as what it is not."""

import math
from pathlib import Path

import msgspec
import pytest
from rich.cells import cell_len
from rich.text import Text

from engine import store
from engine.advice import with_answers
from engine.clustering.schema import Cluster
from engine.session import Session
from engine.steps import STEPS, Plan
from engine.steps.metric import MetricResult, Size
from engine.values import Record
from tests.tui.filled import RECORD, fresh, full
from tui.views import VIEWS, view
from tui.widgets.cells import ASCII, UNICODE, Glyphs


def session(path: Path, plan: Plan) -> Session:
    project = path / "titanic"
    project.mkdir(exist_ok=True)
    store.save(project, plan)
    return Session(project)


@pytest.fixture
def titanic(tmp_path: Path) -> Session:
    return session(tmp_path, full())


def shown(opened: Session, step: str, width: int = 66, glyphs: Glyphs = UNICODE) -> str:
    text = view(opened, step, width, glyphs)
    assert isinstance(text, Text)
    return text.plain


def test_every_step_has_a_view() -> None:
    assert list(VIEWS) == list(STEPS)


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
@pytest.mark.parametrize("width", [24, 40, 64, 66, 100])
@pytest.mark.parametrize("step", VIEWS)
def test_no_line_is_too_wide(titanic: Session, step: str, width: int, glyphs: Glyphs) -> None:
    text = shown(titanic, step, width, glyphs)
    assert max(cell_len(line) for line in text.splitlines()) <= width
    assert text.isascii() or glyphs is UNICODE
    assert all(character.isprintable() for line in text.splitlines() for character in line)


@pytest.mark.parametrize(
    ("step", "number"),
    {
        "framing": "1,309 rows",
        "data": "1,047 rows",
        "labels": "94.7%",
        "metric": "0.6400",
        "preparation": "35 numbers",
        "protocol": "0.0423",
        "baseline": "+0.1110",
        "overfit": "2 x 64",
        "tuning": "0.8634",
        "evaluation": "0.8580",
        "deployment": "0 of 1,047",
        "monitoring": "14,751 per arm",
    }.items(),
)
def test_the_number_that_matters_comes_first_and_stands_out(titanic: Session, step: str, number: str) -> None:
    text = view(titanic, step, 66)
    assert text is not None
    assert text.plain.startswith(f" {number} ")
    assert any("reverse" in str(span.style) and span.start == 0 for span in text.spans)
    verdict = titanic.verdict(step)
    assert f"{verdict.outcome} {verdict.reason.split()[0]}" in text.plain


def test_what_has_no_result_has_no_view(tmp_path: Path) -> None:
    opened = session(tmp_path, Plan())
    assert all(view(opened, step, 66) is None for step in VIEWS)


def test_a_skipped_step_gives_its_reason(tmp_path: Path) -> None:
    plan = with_answers(Plan(), "baseline", record=Record(skipped="the customer has one already"))
    assert "skipped: the customer has one already" in shown(session(tmp_path, plan), "baseline")


def test_a_stale_result_is_labelled_with_the_reason_and_dimmed(tmp_path: Path) -> None:
    opened = session(tmp_path, with_answers(full(), "metric", gain=0.03))
    text = view(opened, "tuning", 66)
    assert text is not None
    assert text.plain.startswith("~ stale: metric.gain was 0.02 when this ran, now 0.03")
    assert "0.8634" in text.plain
    at = text.plain.index("0.8634")
    assert any(span.style == "dim" and span.start <= at < span.end for span in text.spans)


def test_many_reasons_are_counted_not_listed(tmp_path: Path) -> None:
    changed = with_answers(
        full(), "framing", private=True, internet="none", updates="daily", secret=True, latency_ms=5.0
    )
    text = shown(session(tmp_path, changed), "deployment")
    assert text.count("~ stale:") == 4
    assert "more" in text.partition("\n\n")[0]


def test_what_waits_for_a_decision_comes_before_what_is_decided(titanic: Session) -> None:
    text = shown(titanic, "data")
    assert "4 findings, 1 to decide" in text
    assert text.index("near_constant") < text.index("target_copy")
    assert "overridden: free passages are real (proposed: read 0 as" in text
    assert "accepted: leave out boat" in text


def test_a_refused_baseline_leads_to_the_drawing_board(tmp_path: Path) -> None:
    plan = full()
    result = plan.baseline.result
    assert result is not None
    lost = msgspec.structs.replace(
        result, outcome="refuted", sentence="not better than one_rule", advice=("ask again", "measure")
    )
    text = shown(session(tmp_path, fresh(with_answers(plan, "baseline", result=lost))), "baseline")
    assert "✗ failed not better than one_rule" in text
    assert "Back to the drawing board\n1. ask again\n2. measure" in text


def test_predictors_stand_in_the_order_of_the_metric(titanic: Session, tmp_path: Path) -> None:
    assert shown(titanic, "baseline").index("boosted trees") < shown(titanic, "baseline").index("one_rule  ")
    plan = full()
    assert plan.metric.result is not None
    losses = tuple(
        msgspec.structs.replace(named, score=msgspec.structs.replace(named.score, metric="log_loss"))
        for named in plan.metric.result.naive
        if named.score.metric == "roc_auc"
    )
    result = msgspec.structs.replace(plan.metric.result, naive=losses)
    text = shown(session(tmp_path, fresh(with_answers(plan, "metric", primary="log_loss", result=result))), "metric")
    assert text.startswith(" 0.5000  Log loss of the naive answer to beat: majority")


def test_conditions_carry_a_mark_and_their_words(titanic: Session) -> None:
    assert "✓ the data may be sent to a server" in shown(titanic, "deployment")
    assert "+ the data may be sent to a server" in shown(titanic, "deployment", glyphs=ASCII)


def test_many_classes_are_shown_by_what_is_mixed_up_most(tmp_path: Path) -> None:
    plan = full()
    assert plan.evaluation.result is not None
    names = tuple(f"class {i}" for i in range(12))
    counts = tuple(tuple(50 if i == j else (j == i + 1) * (i + 1) for j in range(12)) for i in range(12))
    result = msgspec.structs.replace(plan.evaluation.result, classes=names, confusion=counts)
    text = shown(session(tmp_path, fresh(with_answers(plan, "evaluation", result=result))), "evaluation")
    assert "  11  class 10  class 11" in text
    assert "class 0  class 1" not in text


def test_what_is_not_a_number_is_said_to_be_none(tmp_path: Path) -> None:
    plan = full()
    assert plan.tuning.result is not None
    best = plan.tuning.result.best
    lost = msgspec.structs.replace(best.corrected, value=math.nan, low=None, high=None)
    result = msgspec.structs.replace(
        plan.tuning.result, best=msgspec.structs.replace(best, corrected=lost), optimism=math.nan
    )
    text = shown(session(tmp_path, fresh(with_answers(plan, "tuning", result=result))), "tuning")
    assert text.startswith(" n/a ")
    assert "nan" not in text


@pytest.mark.parametrize("step", VIEWS)
def test_a_result_with_nothing_in_it_is_shown_all_the_same(tmp_path: Path, step: str) -> None:
    plan = full()
    section = getattr(plan, step)
    bare = {
        field.name: field.default
        for field in msgspec.structs.fields(section.result)
        if not field.required and field.default is not msgspec.NODEFAULT
    }
    emptied = msgspec.structs.replace(section.result, **bare)
    opened = session(tmp_path, with_answers(plan, step, result=emptied, record=RECORD))
    assert max(cell_len(line) for line in shown(opened, step, 40).splitlines()) <= 40


@pytest.mark.parametrize("width", [30, 66])
def test_groups_and_sizes_of_work_without_a_target_are_shown(tmp_path: Path, width: int) -> None:
    whole = with_answers(full(), "framing", task="clustering", target=None)
    assert whole.baseline.result is not None
    apart = "age 52.1 against 31.0 (+1.8 sd)"
    groups = (Cluster(name="cluster 1", rows=120, share=0.4, apart=apart),)
    whole = with_answers(whole, "baseline", result=msgspec.structs.replace(whole.baseline.result, clusters=groups))
    text = shown(session(tmp_path, whole), "baseline", width)
    assert "cluster 1: 120 rows (40.0%)" in " ".join(text.split())
    sizes = (Size(what="comparisons of two answers", count=783, how="a preference of 55% is seen"),)
    planned = with_answers(whole, "framing", task="generation")
    planned = with_answers(planned, "metric", result=MetricResult(sizes=sizes, hours=2.5))
    text = shown(session(tmp_path, planned), "metric", width)
    assert "783" in text and "PLAN-ONLY" in text and "2.5" in text
    assert max(cell_len(line) for line in text.splitlines()) <= width
