"""A larger budget goes on from what was found under the smaller one; any other change begins anew."""

from pathlib import Path

import msgspec
import numpy as np
from filled import full

from engine.jobs.folder import JobFolder, Request
from engine.records import earlier
from engine.search.driver import propose, proposed
from engine.search.earlier import adopt
from engine.search.trial import Proposal
from engine.session import Session
from engine.staleness import seen
from engine.steps import STEPS
from engine.store import save


def searched(project: Path) -> JobFolder:
    """A job with one proposal and its trial."""
    job = JobFolder(project / "jobs" / "0001-tuning")
    propose(job.checkpoint / "search", Proposal(number=0, values={"units": 8}))
    unit = job.units / "trial-0000-abc"
    (unit / "checkpoint").mkdir(parents=True)
    (unit / "result.json").write_text("{}")
    np.save(unit / "checkpoint" / "out_of_fold.npy", np.arange(3.0))
    return job


def test_trials_and_proposals_are_there_again_and_later_ones_leave_the_earlier_job_alone(tmp_path: Path) -> None:
    before, job = searched(tmp_path), JobFolder(tmp_path / "jobs" / "0002-tuning")
    for _ in range(2):
        adopt(job, before.path.name)
    assert proposed(job.checkpoint / "search") == proposed(before.checkpoint / "search")
    array = Path("trial-0000-abc", "checkpoint", "out_of_fold.npy")
    assert (job.units / array).samefile(before.units / array)
    assert not (job.units / "trial-0000-abc" / "result.json").samefile(before.units / "trial-0000-abc" / "result.json")
    propose(job.checkpoint / "search", Proposal(number=1, values={"units": 16}))
    assert list(proposed(before.checkpoint / "search")) == [0]


def test_only_a_budget_is_extended(tmp_path: Path) -> None:
    project = tmp_path / "extended"
    project.mkdir()
    save(project, full())
    session, step = Session(project), STEPS["tuning"]
    job = JobFolder(project / "jobs" / "0001-tuning")
    job.path.mkdir(parents=True)
    then = seen(session.resolved.plan, step)
    given = msgspec.Raw(msgspec.json.encode({"step": "tuning", "plan": {}, "seen": then}))
    job.write_request(Request("tuning", "engine.work.entry:run", given, None, 1, 0.0))
    assert earlier(job, step, then | {"tuning.trials": "99", "tuning.minutes": "60.0"}) == "0001-tuning"
    assert earlier(job, step, then | {"tuning.max_units": "7"}) == ""
    assert earlier(None, step, then) == ""
