"""Weights give rows the population's shares, as far as rows can have them, and say so where they cannot."""

import numpy as np
import pandas as pd
import pytest

from engine.data.read import read as read_table
from engine.data.schema import Reading
from engine.errors import UserError
from engine.representative.bias import said, uncompared
from engine.representative.margins import REST, Margin, parse, read
from engine.representative.separation import effective_size
from engine.representative.weighting import CAP, row_weights, weigh
from engine.stats.intervals import score
from engine.steps import Plan
from engine.steps.data import STEP, Data, DataResult


def poll(random, n, shares=(0.8, 0.2)):
    """Rows of a poll in which who has a telephone answers more often: 30 % of the young have one, of the old 90 %."""
    young = random.random(4 * n) < 0.5
    answers = random.random(4 * n) < np.where(young, 0.3, 0.9)
    vote = random.random(4 * n) < np.where(young, 0.7, 0.3)
    frame = pd.DataFrame({"age": np.where(young, "young", "old").astype(object), "vote": vote.astype(float)})
    return frame[answers].iloc[:n].reset_index(drop=True)


def test_margins_are_read_from_words_and_from_a_file(tmp_path):
    found = parse("region=north:0.3,south:70%; age=..30:0.25,30..:0.5; sex=f:0.505,m:0.5")
    assert found[0] == Margin("region", (("north", 0.3), ("south", 0.7)))
    assert found[1].shares == (("..30", 0.25), ("30..", 0.5), (REST, 0.25))
    assert sum(share for _, share in found[2].shares) == pytest.approx(1)
    (tmp_path / "census.csv").write_text("column,value,share\nregion,north,0.3\nregion,south,0.7\n")
    assert read(tmp_path / "census.csv") == found[:1]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("north:0.3", "names no column"),
        ("region=north", "no value with its share"),
        ("region=north:1.3", "'1.3' is no share"),
        ("region=north:0.7,south:0.7", "sum to 1.4"),
        ("region=north:0.3,north:0.7", "'north' twice"),
        ("region=north:0.3,*:0.1", "sum to 0.4"),
        (" ; ", "no share is named"),
    ],
)
def test_what_is_no_margin_is_refused_in_a_sentence(text, what):
    with pytest.raises(UserError, match=what):
        parse(text)


def test_a_file_of_margins_is_refused_by_line(tmp_path):
    path = tmp_path / "census.csv"
    path.write_text("column,value,share\nregion,north,many\n")
    with pytest.raises(UserError, match="line 2: 'many' is no share"):
        read(path)
    with pytest.raises(UserError, match="cannot be read"):
        read(tmp_path / "missing.csv")


def test_one_column_is_post_stratification():
    frame = pd.DataFrame({"g": ["a"] * 80 + ["b"] * 20})
    found = weigh(frame, parse("g=a:0.5,b:0.5"))
    weights = row_weights(found, frame)
    assert np.allclose(weights, [0.625] * 80 + [2.5] * 20)
    assert found.effective == pytest.approx(effective_size(weights)) == pytest.approx(64.0)
    assert [stratum.after for stratum in found.strata] == pytest.approx([0.5, 0.5])
    assert not found.notes


def test_several_columns_are_met_together_and_other_rows_get_the_same_factors():
    random = np.random.default_rng(4)
    frame = pd.DataFrame(
        {
            "g": random.choice(["a", "b"], 3000, p=[0.8, 0.2]).astype(object),
            "s": random.choice([1.0, 2.0, 3.0], 3000, p=[0.5, 0.3, 0.2]),
            "age": random.normal(40, 15, 3000),
        }
    )
    frame.loc[:99, "s"] = np.nan
    found = weigh(frame, parse("g=a:0.4,b:0.6; s=1:0.2,2:0.3; age=..30:0.3,30..50:0.4,50..:0.3"))
    weights = row_weights(found, frame)
    assert weights.mean() == pytest.approx(1)
    assert weights[frame["g"] == "b"].sum() / weights.sum() == pytest.approx(0.6, abs=1e-9)
    known = frame["s"].notna()
    assert weights[known & (frame["s"] == 2)].sum() / weights[known].sum() == pytest.approx(0.3, abs=1e-9)
    assert weights[(frame["age"] >= 30) & (frame["age"] < 50)].sum() / weights.sum() == pytest.approx(0.4, abs=1e-9)
    some = frame.sample(50, random_state=1)
    assert np.allclose(row_weights(found, some), weights[some.index])


def test_margins_that_cannot_be_met_say_so():
    frame = pd.DataFrame({"g": ["a"] * 50 + ["b"] * 50, "h": ["x"] * 50 + ["y"] * 50, "i": ["u", "v"] * 50})
    apart = weigh(frame, parse("g=a:0.3,b:0.7; h=x:0.6,y:0.4"))
    assert any("cannot be met" in note and "g = a" in note for note in apart.notes)
    absent = weigh(frame, parse("i=u:0.5,v:0.3,w:0.2"))
    assert absent.notes[-1] == "i = w is 20.0% of the population and no row: no weight mends that, collect some"
    assert any("50 rows weigh nothing" in note for note in weigh(frame, parse("i=u:1")).notes)
    with pytest.raises(UserError, match="no row has 'north', 'south' in g"):
        weigh(frame, parse("g=north:0.5,south:0.5"))
    with pytest.raises(UserError, match="region is not a column"):
        weigh(frame, parse("region=north:0.5,south:0.5"))


def test_weights_beyond_the_cap_are_cut_and_said_and_useless_ones_are_not_used():
    frame = pd.DataFrame({"g": ["a"] * 990 + ["b"] * 10})
    found = weigh(frame, parse("g=a:0.7,b:0.3"))
    assert row_weights(found, frame).max() == pytest.approx(CAP) == pytest.approx(found.largest)
    assert found.trimmed == 10
    assert "10 weights are cut at 20 times the mean" in found.notes[0]
    assert found.used
    useless = weigh(frame, parse("g=a:0.1,b:0.9"))
    assert not useless.used
    assert useless.effective == pytest.approx(1 / (0.01 / 990 + 0.81 / 10))
    assert "not weighed" in said(useless)


def test_a_real_column_gets_the_shares_of_the_ship(shared_data):
    frame, _ = read_table(shared_data / "titanic3" / "titanic3.csv")
    name = next(each for each in frame if each.lower() == "sex")
    found = weigh(frame, parse(f"{name}=female:0.5,male:0.5"))
    weights = row_weights(found, frame)
    assert weights[frame[name] == "female"].sum() / weights.sum() == pytest.approx(0.5)


@pytest.mark.slow
def test_weights_recover_the_population_mean_within_its_interval():
    inside, plain = 0, 0
    for seed in range(100):
        frame = poll(np.random.default_rng(seed), 600)
        weights = row_weights(weigh(frame, parse("age=young:0.5,old:0.5")), frame)
        vote, half = frame["vote"].to_numpy(), np.full(len(frame), 0.0)
        told = score("accuracy", vote, half, how="", weights=weights, seed=seed)
        inside += told.low <= 0.5 <= told.high
        alone = score("accuracy", vote, half, how="")
        plain += alone.low <= 0.5 <= alone.high
    assert inside >= 89
    assert plain <= 10


def plan_with(**answers):
    reading = Reading(path="a.csv", digest="", rows=1, columns=())
    return Plan(data=Data(result=DataResult(reading=reading), **answers))


def test_a_plan_that_nobody_compared_says_so():
    assert "Nobody has compared these rows" in uncompared(plan_with())
    assert "put themselves in" in uncompared(plan_with(collected="self"))
    assert uncompared(plan_with(collected="random")) is None
    assert uncompared(plan_with(margins="g=a:1")) is None
    assert uncompared(Plan()) is None


def test_what_cannot_be_a_margin_blocks_the_step_before_it_runs():
    notes = STEP.advise(plan_with(margins="region=north")).notes
    assert any(note.level == "blocker" and "no value with its share" in note.text for note in notes)
    notes = STEP.advise(plan_with(collected="event", absent="the dead")).notes
    assert {note.level for note in notes if "the dead" in note.text or "happened first" in note.text} == {"warning"}
