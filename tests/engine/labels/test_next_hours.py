"""Labels against tuning over the next hours: what wins, and when it stays undecided."""

from msgspec.structs import replace

from engine.labels.next_hours import next_hours
from engine.labels.schema import CurvePoint, Foretold, LabelsResult, LearningCurve
from engine.values import Score
from tests.tui.filled import full


def curve(gain: float, low: float, high: float) -> LearningCurve:
    """1,000 rows today; the gain of four times as many with its ends, half of it at twice as many."""
    foretold = tuple(
        Foretold(rows, 0.2 - share * gain, 0.1, 0.3, share * gain, share * low, share * high)
        for rows, share in ((2000, 0.5), (4000, 1.0))
    )
    return LearningCurve(
        metric="roc_auc",
        model="trees",
        measured=(CurvePoint(500, 0.25), CurvePoint(1000, 0.2)),
        foretold=foretold,
        a=0.1,
        b=1.0,
        c=0.3,
        rows=1000,
        sentence="",
    )


def asked(found: LearningCurve | None, tuned: tuple[float, float, float], seconds: float | None = 60.0):  # type: ignore[no-untyped-def]
    """The verdict of a filled project whose search took the AUC of .8 to `tuned` (value, low, high)."""
    plan = full()
    assert plan.tuning.result and plan.baseline.result
    best = replace(plan.tuning.result.best, corrected=Score("roc_auc", *tuned))
    network = replace(plan.baseline.result.network, score=Score("roc_auc", 0.8))
    return next_hours(
        replace(
            plan,
            labels=replace(
                plan.labels, seconds_each=seconds, raters=1, result=LabelsResult(curve=found, curve_unknown="too few")
            ),
            metric=replace(plan.metric, primary="roc_auc"),
            tuning=replace(plan.tuning, result=replace(plan.tuning.result, best=best)),
            baseline=replace(plan.baseline, result=replace(plan.baseline.result, network=network)),
        )
    )


def test_labels_win_where_their_least_gain_is_above_the_most_of_tuning() -> None:
    found = asked(curve(0.08, 0.05, 0.1), (0.81, 0.805, 0.815))
    assert found.verdict.startswith("Label: 50 hours bring about 3,000 labels")
    assert (found.gain, found.low, found.high) == (0.08, 0.05, 0.1)


def test_tuning_wins_where_it_brought_more_than_labels_could() -> None:
    assert asked(curve(0.01, 0.001, 0.015), (0.85, 0.83, 0.87)).verdict.startswith("Tune: ")


def test_overlapping_intervals_and_unknowns_stay_undecided() -> None:
    assert "overlap" in asked(curve(0.03, 0.0, 0.06), (0.82, 0.79, 0.85)).verdict
    assert "too few" in asked(None, (0.82, 0.79, 0.85)).verdict
    assert "time ten labels" in asked(curve(0.03, 0.0, 0.06), (0.82, 0.79, 0.85), None).verdict


def test_nothing_is_said_beyond_four_times_the_rows_and_between_points_it_is_interpolated() -> None:
    beyond = asked(curve(0.08, 0.05, 0.1), (0.81, 0.805, 0.815), 1.0)
    assert beyond.gain == 0.08
    assert "counted up to 4 times" in beyond.verdict
    half = asked(curve(0.08, 0.05, 0.1), (0.81, 0.805, 0.815), 180.0)
    assert half.gain == 0.04
