"""A unit that is left out on request."""

from workplace import Workplace

from engine.jobs import launch
from engine.jobs.events import Log


def test_a_unit_is_left_out_while_it_runs_and_the_others_are_not(workplace: Workplace) -> None:
    workplace.start()
    folder = workplace.submit("search", {"units": {"one": "run", "two": "spin", "three": "run"}})
    workplace.until(folder, lambda line: isinstance(line.event, Log) and "unit two" in line.event.text)
    launch.skip(folder, "two")
    workplace.ended(folder)
    ended = folder.result().result  # type: ignore[union-attr]
    assert {unit: told[0] for unit, told in ended.items()} == {"one": "done", "two": "skipped", "three": "done"}
