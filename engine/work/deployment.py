"""Where the model may run, and the artefacts of the chosen places, proven before they count."""

from engine.dotted import load
from engine.errors import UserError
from engine.jobs.context import Context
from engine.report.proof import proof_of, write
from engine.steps import Plan
from engine.steps.deployment import DeploymentResult, Refusal, options, relax
from engine.steps.rivals import NETWORK, score_of
from engine.targets import TARGETS
from engine.targets.refusals import of_plan


def run(plan: Plan, context: Context) -> DeploymentResult:
    """Judge every target, and build those that were chosen. Errors: UserError from the export of the first."""
    own = plan.deployment
    artifacts, refused = [], []
    for name in dict.fromkeys((own.target or "", *(own.also or ()))):
        target = TARGETS.get(name)
        if target is None:
            continue
        try:
            if not target.built:
                raise UserError(f"{target.title}: {target.missing}")
            if known := of_plan(name, plan):
                raise UserError(f"{target.title}: not built, {known[0].text}")
            made = load(target.export)(plan, context)
            write(context.project / made.path, proof_of(plan, context.project.name, made))
            artifacts.append(made)
        except UserError as error:
            if name == own.target:
                raise
            refused.append(Refusal(target=name, reason=str(error)))
    return DeploymentResult(
        options=options(plan),
        relax=relax(plan),
        artifacts=tuple(artifacts),
        refused=tuple(refused),
        model=own.model or NETWORK,
        score=score_of(plan),
    )


def judged(plan: Plan, context: Context) -> DeploymentResult:
    """Judge every target; there is nothing to build."""
    return DeploymentResult(options=options(plan), relax=relax(plan))
