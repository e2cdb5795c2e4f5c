"""The plan of watching a shipped model, with every size that has a closed form."""

from engine.jobs.context import Context
from engine.monitoring.reference import store_reference
from engine.stats.planning import ab_test_days, ab_test_size, audit_size, chunk_size, survey_size
from engine.stats.power import spread_for
from engine.steps import Plan
from engine.steps.monitoring import Experiment, MonitoringResult, Sample
from engine.tasks import TASKS

SUCCESSOR_CONFIDENCE = "95 %"


def run(plan: Plan, context: Context) -> MonitoringResult:
    """Work out the sizes, and store the rows with which later files are compared."""
    own = plan.monitoring
    sealed = plan.data.result.sealed if plan.data.result else None
    return MonitoringResult(
        experiment=_experiment(plan),
        audit=_audit(plan),
        survey=_survey(plan),
        chunk=_chunk(plan),
        retrain=_retrain(plan),
        successor=f"replace it only when the successor is at most {own.margin:g} worse with "
        f"{SUCCESSOR_CONFIDENCE} confidence on recent rows, and better on most"
        if own.margin
        else "",
        reference=store_reference(context.project, plan) if sealed else None,
        open=_open(plan),
    )


def _experiment(plan: Plan) -> Experiment | None:
    own, volume = plan.monitoring, plan.framing.volume
    if not own.base_rate or not own.effect or own.base_rate + own.effect > 1:
        return None
    per_arm = ab_test_size(own.base_rate, own.effect)
    days = ab_test_days(per_arm, volume) if volume else None
    return Experiment(
        per_arm=per_arm,
        days=days,
        how=f"to see {own.base_rate:.1%} become {own.base_rate + own.effect:.1%} with 80 % power at 5 % "
        f"error (Fleiss, 1981)",
    )


def _audit(plan: Plan) -> Sample | None:
    """An audit is sized for the error rate seen on the test, or for the least favourable one."""
    margin, result = plan.monitoring.audit_margin, plan.evaluation.result
    if not margin:
        return None
    accuracy = next((s.value for s in result.test if s.metric == "accuracy"), None) if result else None
    rate = 0.5 if accuracy is None else min(max(1 - accuracy, 0.01), 0.5)
    known = "the error rate of the test" if accuracy is not None else "the least favourable rate"
    return Sample(
        rows=audit_size(rate, margin),
        how=f"to know the error rate to ± {margin:.1%} ({known}: {rate:.1%}; Cochran, 1977)",
    )


def _survey(plan: Plan) -> Sample | None:
    own = plan.monitoring
    if not own.users or not own.response or not own.audit_margin:
        return None
    return Sample(
        rows=survey_size(0.5, own.audit_margin, own.response, own.users),
        how=f"people to invite of {own.users:,}, when {own.response:.0%} answer; who answers may differ "
        f"from who does not",
    )


def _chunk(plan: Plan) -> Sample | None:
    """Labelled rows per check, so that a fall as large as the gain that matters is seen."""
    metric, gain = plan.metric.primary, plan.metric.gain
    target = plan.data.result.target if plan.data.result else None
    if not metric or not gain or target is None:
        return None
    counts, task = [top.count for top in target.counts], TASKS.get(plan.framing.task or "")
    share = min(counts) / sum(counts) if counts and task and task.classes else 0.5
    result = plan.evaluation.result
    guess = next((s.value for s in result.test if s.metric == metric), None) if result else None
    return Sample(
        rows=chunk_size(metric, gain, share, guess, spread_for(metric, target.std, target.mean)),
        how=f"labelled rows per check, so that its standard error is at most half of {gain:g} {metric}",
    )


def _retrain(plan: Plan) -> tuple[str, ...]:
    own = plan.monitoring
    rules = ["the score on new labels falls below the interval of the test"]
    rules += [f"{own.retrain_days:g} days have passed"] if own.retrain_days else []
    rules += [f"new labels reach {own.new_labels:.0%} of the training rows"] if own.new_labels else []
    rules += ["a column drifts by more than chance and by more than a small effect, in two checks in a row"]
    return tuple(rules)


def _open(plan: Plan) -> tuple[str, ...]:
    own = plan.monitoring
    wanted = {
        "monitoring.base_rate (the A/B test cannot be sized)": own.base_rate,
        "monitoring.effect (the A/B test cannot be sized)": own.effect,
        "framing.volume (days of the A/B test)": plan.framing.volume,
        "framing.decision (what the model changes)": plan.framing.decision,
    }
    return tuple(words for words, answer in wanted.items() if not answer)
