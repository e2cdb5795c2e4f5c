"""A unit that is left out on request, and a job that stands still and goes on."""

import os
import re
from pathlib import Path

from workplace import Workplace

from engine.jobs import launch
from engine.jobs.events import Log
from engine.jobs.folder import JobFolder
from engine.jobs.follow import wait


def unit_process(workplace: Workplace, folder: JobFolder, unit: str) -> int:
    """The process of a unit, once it has told who it is."""
    told = workplace.until(folder, lambda line: isinstance(line.event, Log) and f"unit {unit} " in line.event.text)
    return int(told.event.text.split()[-1])  # type: ignore[union-attr]


def until_it(process: int, stands_still: bool) -> None:
    while (re.split(r"\) ", Path(f"/proc/{process}/stat").read_text())[1][0] == "T") != stands_still:
        os.sched_yield()


def test_a_unit_is_left_out_while_it_runs_and_the_others_are_not(workplace: Workplace) -> None:
    workplace.start()
    folder = workplace.submit("search", {"units": {"one": "run", "two": "spin", "three": "run"}})
    unit_process(workplace, folder, "two")
    launch.skip(folder, "two")
    workplace.ended(folder)
    ended = folder.result().result  # type: ignore[union-attr]
    assert {unit: told[0] for unit, told in ended.items()} == {"one": "done", "two": "skipped", "three": "done"}


def test_a_paused_job_stands_still_without_using_its_budget_and_goes_on(workplace: Workplace) -> None:
    budget = 2.0
    workplace.start()
    folder = workplace.submit("search", {"units": {"one": "gate"}, "gate": workplace.gate()}, budget=budget)
    process = unit_process(workplace, folder, "one")
    launch.pause(folder)
    until_it(process, stands_still=True)
    assert wait(folder, timeout=2 * budget).state == "running"
    launch.unpause(folder)
    until_it(process, stands_still=False)
    workplace.open_gate()
    assert workplace.ended(folder).state == "done"


def test_a_paused_job_can_be_ended(workplace: Workplace) -> None:
    workplace.start()
    folder = workplace.submit("search", {"units": {"one": "spin"}})
    process = unit_process(workplace, folder, "one")
    launch.pause(folder)
    until_it(process, stands_still=True)
    launch.stop(folder)
    assert workplace.ended(folder).state == "stopped"
