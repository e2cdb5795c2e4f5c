"""Generation of texts, pictures or sounds: planned, not trained."""

from engine.goal import Goal

GOAL = Goal(
    name="generation",
    title="Generation: new texts, pictures or sounds",
    depth="PLAN-ONLY",
    steps="engine.goals.planned:generation",
    sentence="generation is PLAN-ONLY: labels, ratings by people, tests and shipping are planned, nothing is trained",
    instead=(
        "choose one of a fixed set of answers or templates (framing.task=multiclass, the answer as target)",
        "score or rank what another program generated (framing.task=regression or ranking, ratings as target)",
    ),
)
