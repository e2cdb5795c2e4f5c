"""The kinds of work without a target. Adding one is one file and one line here."""

from engine.goal import Goal
from engine.goals import clustering, generation, reinforcement

GOALS: dict[str, Goal] = {goal.name: goal for goal in (clustering.GOAL, generation.GOAL, reinforcement.GOAL)}
