"""What follows from the answers about labels: ceiling of accuracy, cost of the options, limits to state in the plan."""

from engine.jobs.context import Context
from engine.stats.planning import majority_error
from engine.steps import Plan
from engine.steps.labels import Labels, LabelsResult, Option, error_rate

THOUSAND = 1000


def run(plan: Plan, context: Context) -> LabelsResult:
    """Work out the ceiling, the options and the gap from the answers alone."""
    own = plan.labels
    error = None if own.agreement is None else error_rate(own.agreement)
    shared = None if error is None else majority_error(own.raters or 1, error)
    return LabelsResult(
        ceiling=None if shared is None else 1 - shared,
        ceiling_how=""
        if shared is None
        else f"two raters agree on {own.agreement:.0%}, so one errs on {error:.1%}; {own.raters or 1} per "
        f"row err on {shared:.1%}",
        options=_options(plan) if own.origin == "people" else (),
        limits=_limits(own),
        gap_days=own.delay_days or 0.0,
    )


def _limits(own: Labels) -> tuple[str, ...]:
    """The sentences that a reader of the plan has to see."""
    limits = []
    if own.origin == "unknown":
        limits.append("Where the labels come from is not known, so neither is how far they can be trusted.")
    if own.origin == "people" and own.guideline is False:
        limits.append(
            "How the annotators decide is not known: the data set is a black box, and the model copies what is in it."
        )
    if own.origin == "people" and own.agreement is None:
        limits.append("Agreement between annotators was never measured: the best reachable score is unknown.")
    if own.delay_days:
        limits.append(f"A label is known after {own.delay_days:g} days: what is newer cannot be learned from.")
    if own.expertise and own.expert_hours is not None and own.expert_hours == 0:
        limits.append("No expert hours are to be had: no date for more labels can be given.")
    return tuple(limits)


def _options(plan: Plan) -> tuple[Option, ...]:
    """Each way to get more labels: what it costs, and why it is out where it is."""
    own = plan.labels
    private = bool(plan.framing.private)
    expert_only = bool(own.expertise) and own.trainable is False
    seconds, raters = own.seconds_each, own.raters or 1
    hours = None if seconds is None else seconds * raters * THOUSAND / 3600
    cost = None if hours is None or own.hourly_rate is None else hours * own.hourly_rate / THOUSAND
    reasons = {
        "self": (not expert_only, "labelling needs an expert" if expert_only else "shows what is hard"),
        "crowd": (
            not (expert_only or private),
            "the data must stay with the user"
            if private
            else "labelling needs an expert who cannot be trained"
            if expert_only
            else "cheap and fast, and noisy",
        ),
        "company": (not private, "the data must stay with the user" if private else "saves time, less control"),
        "experts": (
            own.expert_hours != 0,
            "no expert hours are to be had" if own.expert_hours == 0 else "most reliable, most expensive",
        ),
    }
    return tuple(
        Option(
            name=name,
            fits=fits,
            why=why,
            cost_per_label=cost if name == own.who else None,
            hours_per_thousand=hours if name == own.who else None,
        )
        for name, (fits, why) in reasons.items()
    )
