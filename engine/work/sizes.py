"""How many ratings, comparisons or logged decisions a plan-only goal needs, and what the ratings cost."""

from engine.jobs.context import Context
from engine.stats.planning import comparisons_size, logged_size, preference_size, rating_size
from engine.steps import Plan
from engine.steps.metric import MetricResult, Size

RATERS = 3
"""People who judge the same item, so that their agreement is known."""
AGREEMENT = 0.4
"""Correlation of judgements of one item that is assumed until it is measured: further ones add less."""
POINTS, SPREAD = 0.25, 1.0
"""Difference on a scale of five grades that matters, and the standard deviation of the difference of two ratings."""
SYSTEMS = 4
ACTIONS = (2, 5, 10)


def ratings(plan: Plan, context: Context) -> MetricResult:
    """Sizes of ratings by people: a preference, a difference of grades, an order of several systems."""
    gain = plan.metric.gain or 0.05
    judged = preference_size(gain)
    items = judged if RATERS == 1 else -(-judged * (1 + (RATERS - 1) * AGREEMENT) // RATERS)
    found = [
        Size(
            what="comparisons of two answers, one rater each",
            count=judged,
            how=f"a preference of {0.5 + gain:.0%} is seen with 80 % power at 5 % error",
        ),
        Size(
            what=f"items to compare by {RATERS} raters each",
            count=int(items),
            how=f"judgements of one item are taken to correlate by {AGREEMENT:g}: measure it on the first 50 items",
        ),
        Size(
            what="items graded 1 to 5 for both of two systems",
            count=rating_size(POINTS, SPREAD),
            how=f"a mean difference of {POINTS:g} grades, spread of the differences {SPREAD:g}, paired",
        ),
        Size(
            what=f"comparisons to put {SYSTEMS} systems in order",
            count=comparisons_size(SYSTEMS, gain),
            how="every pair as often as above, Holm's correction for the pairs (Bradley and Terry, 1952)",
        ),
    ]
    seconds = plan.labels.seconds_each
    hours = None if seconds is None else int(items) * RATERS * seconds / 3600
    rate = plan.labels.hourly_rate
    return MetricResult(sizes=tuple(found), hours=hours, cost=None if hours is None or rate is None else hours * rate)


def logs(plan: Plan, context: Context) -> MetricResult:
    """Logged decisions, taken at random among the actions, that tell what another way to decide would bring."""
    gain = plan.metric.gain or 0.02
    found = [
        Size(
            what=f"logged decisions at random among {actions} actions",
            count=logged_size(actions, gain),
            how=f"the rate of success of any fixed rule is known to ± {gain:g} (95 %), by weighting with 1 over the "
            "chance of each action (Horvitz and Thompson, 1952)",
        )
        for actions in ACTIONS
    ]
    return MetricResult(sizes=tuple(found))
