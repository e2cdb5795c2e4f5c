"""Work without a target: its own steps are as pure and declared as the usual ones; a plan-only one trains nothing."""

import math
from pathlib import Path

import numpy as np
import pytest
from examples import plans
from reading import touched
from scipy.stats import binom

from engine.advice import resolve, with_answers
from engine.errors import UserError
from engine.goal import Goal
from engine.goals import GOALS
from engine.projects import create
from engine.questions import check, questions
from engine.stats.planning import comparisons_size, logged_size, preference_size, rating_size
from engine.steps import STEPS, Plan, steps_of
from engine.tasks import TASKS

each_goal = pytest.mark.parametrize("goal", GOALS.values(), ids=lambda goal: goal.name)


def planned(plan: Plan, goal: Goal) -> Plan:
    """The plan with this goal, resolved."""
    return resolve(with_answers(plan, "framing", task=goal.name)).plan


@each_goal
def test_a_goal_is_offered_with_how_far_it_goes(goal: Goal) -> None:
    assert goal.name not in TASKS and goal.title and goal.sentence[-1] != "."
    asked = questions("framing", STEPS["framing"].section)["task"]
    (choice,) = [choice for choice in asked.choices(Plan()) if choice.value == goal.name]
    assert choice.note == goal.depth
    assert (goal.depth in goal.sentence) == (goal.depth == "PLAN-ONLY")


@each_goal
def test_its_steps_advise_and_judge_every_plan_and_look_at_what_they_declare(goal: Goal) -> None:
    for name, plan in plans():
        whole = planned(plan, goal)
        for step in steps_of(whole).values():
            advice, asked = step.advise(whole), questions(step.name, step.section)
            assert (advice, step.verdict(whole)) == (step.advise(whole), step.verdict(whole))
            for field, advised in advice.answers.items():
                assert check(asked[field], advised.value, whole) == advised.value, (name, step.name)
            assert len(step.verdict(whole).reason.split()) > 2
    for step in steps_of(planned(Plan(), goal)).values():
        looked = touched(*filter(None, (step.advise, step.verdict, step.job)))
        own = {path for path in looked if path.split(".")[0] != step.name}
        assert own - set(step.reads) - {"framing.task"} == set(), step.name


@each_goal
def test_what_is_plan_only_never_starts_a_training(goal: Goal, tmp_path: Path) -> None:
    session = create(tmp_path, "one", task=goal.name)
    try:
        idle = [name for name in STEPS if not session.step(name).job]
        assert (goal.depth == "PLAN-ONLY") == ({"baseline", "overfit", "tuning", "evaluation"} <= set(idle))
        for name in idle:
            with pytest.raises(UserError, match=f"{name} cannot run: "):
                session.start(name)
    finally:
        session.close()


def test_sizes_of_ratings_have_the_power_they_promise() -> None:
    n = preference_size(0.05)
    assert binom.sf(binom.ppf(0.975, n, 0.5), n, 0.55) == pytest.approx(0.8, abs=0.02)
    assert comparisons_size(2, 0.05) == n and comparisons_size(4, 0.05) > 6 * n
    draws = np.random.default_rng(1).normal(0.25, 1.0, size=(4000, rating_size(0.25, 1.0)))
    z = draws.mean(axis=1) / (draws.std(axis=1, ddof=1) / math.sqrt(draws.shape[1]))
    assert 0.77 < (z > 1.96).mean() < 0.83


def test_logged_decisions_tell_a_rule_as_closely_as_they_promise() -> None:
    actions, margin = 5, 0.05
    rng = np.random.default_rng(2)
    n = logged_size(actions, margin)
    taken, wanted = rng.integers(0, actions, (1000, n)), rng.integers(0, actions, (1000, n))
    success = rng.random((1000, n)) < 0.5
    told = (np.where(taken == wanted, actions, 0) * success).mean(axis=1)
    assert 0.93 < (np.abs(told - 0.5) < margin).mean() < 0.97
