"""Where the model may run, and the artefact of the chosen place, proven before it counts."""

from engine.dotted import load
from engine.jobs.context import Context
from engine.steps import Plan
from engine.steps.deployment import DeploymentResult, options, relax
from engine.targets import TARGETS


def run(plan: Plan, context: Context) -> DeploymentResult:
    """Judge every target, and build the chosen one where this version can. Errors: UserError from its export."""
    found = options(plan)
    target = TARGETS.get(plan.deployment.target or "")
    artifacts = (load(target.export)(plan, context),) if target is not None and target.export else ()
    return DeploymentResult(options=found, relax=relax(plan), artifacts=artifacts)


def judged(plan: Plan, context: Context) -> DeploymentResult:
    """Judge every target; there is nothing to build."""
    return DeploymentResult(options=options(plan), relax=relax(plan))
