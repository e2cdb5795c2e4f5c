"""What a step of the workflow is: a section of questions, pure advice, a job by name, and a verdict."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.values import Advice, Section, Verdict

if TYPE_CHECKING:
    from engine.steps import Plan


@dataclass(frozen=True, slots=True)
class Step:
    """One screen of the wizard and one unit of work.

    `reads` lists the plan paths (`section.field`) that advice, verdict and job may look at beside the step's
    own answers; the job gets a plan in which everything else is blank. `job` is a dotted name
    (`package.module:function`) called as `function(plan, context)` in the worker.
    """

    name: str
    title: str
    word: str
    section: type[Section]
    reads: tuple[str, ...]
    advise: Callable[[Plan], Advice]
    verdict: Callable[[Plan], Verdict]
    job: str
    skip_warning: str = ""
    """What skipping this step costs; steps without it may be skipped without a warning."""
    budget: str = ""
    """The own answer that limits the job, in minutes; empty where nothing does."""
    extends: tuple[str, ...] = ()
    """Own answers that say how far a job goes: one that differs in these alone goes on with an earlier one."""
    needs: tuple[str, ...] = ()
    """The steps whose result must be there before this one can run."""
