"""What a trial leaves behind for later steps: its name, its bound, and the folder of its finished folds."""

from __future__ import annotations

from pathlib import Path

from engine.search.trial import Proposal, unit_name
from engine.work.networks import folder_of

EPOCHS = 200
"""Early stopping ends a trial long before; this only bounds it."""


def run_name(number: int) -> str:
    """The name under which a trial's curves are told."""
    return f"trial {number}"


def finished_folds(project: Path, trial: Proposal | None) -> Path | None:
    """The folder with what a trial of a search of this project left of its folds; None when there is none."""
    if trial is None:
        return None
    inside = f"{unit_name(trial.number, trial.values)}/checkpoint/{folder_of(run_name(trial.number))}"
    return max((project / "jobs").glob(f"*/units/{inside}"), default=None)
