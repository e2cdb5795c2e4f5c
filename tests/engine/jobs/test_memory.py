"""Two hundred trials later the process that searches, and the one that looks after it, are as small as before."""

import pytest
from sample_jobs import resident
from workplace import Workplace

from engine.jobs.events import Trial
from engine.jobs.supervisor import HEAVY

pytestmark = pytest.mark.slow

TRIALS = 200
MOST = 50e6
"""Bytes."""


def test_memory_does_not_grow_with_the_trials(workplace: Workplace) -> None:
    workplace.start("--imports", ",".join(("sample_jobs", *HEAVY)))
    folder = workplace.submit("search_for_long", {"trials": TRIALS, "algorithm": "random"})
    workplace.until(folder, lambda line: isinstance(line.event, Trial))
    before = resident(workplace.owner())
    workplace.ended(folder)
    memory = folder.result().result["memory"]  # type: ignore[union-attr]
    assert len(memory) == TRIALS
    assert memory[-1] - memory[0] < MOST
    assert resident(workplace.owner()) - before < MOST
