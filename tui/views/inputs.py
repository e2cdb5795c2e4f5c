"""What was changed in the inputs, what the paired test said of it, and what was not tried."""

from collections.abc import Sequence

from engine.training.curation import DataTrial
from tui.views.parts import Lines, Look, hanging, heading, plural
from tui.widgets.cells import score


def changes(look: Look, trials: Sequence[DataTrial]) -> Lines:
    """Each trial with its score, the difference it made and its fate; nothing where none was made."""
    if not trials:
        return []
    looks = sum(trial.looks for trial in trials)
    lines = heading(look, f"Changes of the inputs: {plural(looks, 'look')} at the validation rows")
    for trial in trials:
        mark = look.glyphs.yes if trial.accepted else look.glyphs.no if trial.looks else look.glyphs.warn
        fate = "taken in" if trial.accepted else "not taken in" if trial.looks else "not tried"
        lines += hanging(look, mark, f"{trial.what}: {fate}{_numbers(trial)}")
        lines += hanging(look, " ", trial.why, body="dim")
    return lines


def _numbers(trial: DataTrial) -> str:
    """The scores and the interval of their difference."""
    found = (trial.score_without, trial.score_with, trial.low, trial.high)
    if any(value is None for value in found):
        return ""
    before, after, low, high = (score(value) for value in found if value is not None)
    return f", {before} becomes {after}, difference {low} to {high} (95%)"
