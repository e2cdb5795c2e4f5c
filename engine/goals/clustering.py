"""Clustering: groups among rows that no column names."""

from engine.goal import Goal

GOAL = Goal(
    name="clustering",
    title="Clustering: groups among the rows, without a target",
    depth="MODEST",
    steps="engine.goals.cluster_steps:steps",
    sentence="groups are looked for and tested for chance; whether they are useful only a later use can show",
    sealed=True,
)
