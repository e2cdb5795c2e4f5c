"""Reinforcement learning: planned, not trained."""

from engine.goal import Goal

GOAL = Goal(
    name="reinforcement",
    title="Reinforcement learning: actions that change what comes next",
    depth="PLAN-ONLY",
    steps="engine.goals.planned:reinforcement",
    sentence="reinforcement learning is PLAN-ONLY: logs, tests and shipping are planned, nothing is trained",
    instead=(
        "predict the outcome of each action and take the best (framing.task=binary or regression, the action an input)",
        "treat it as a bandit: one decision at a time, some of them at random, the outcome logged as the target",
    ),
)
