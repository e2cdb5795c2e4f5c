"""How jobs end when something goes wrong: errors, memory, disk, signals, stops, budgets, the supervisor's own death."""

import os
import pty
import signal

import pytest
from workplace import LIGHT, PATIENCE, Workplace, gone

from engine.jobs import launch
from engine.jobs.events import Epoch, Log, Started
from engine.jobs.folder import JobFolder, JobResult, all_jobs, state
from engine.jobs.follow import wait
from engine.jobs.launch import ensure_supervisor


def result_of(folder: JobFolder) -> JobResult:
    result = folder.result()
    assert result is not None
    return result


def child_of(workplace: Workplace, folder: JobFolder) -> int:
    """Wait until the job tells what it is at, and give its process."""
    workplace.until(folder, lambda line: isinstance(line.event, Log))
    started = folder.started()
    assert started is not None
    return started.pid


def test_a_user_error_is_the_sentence(workplace: Workplace) -> None:
    workplace.start()
    folder = workplace.submit("refuse")
    view = workplace.ended(folder)
    assert (view.state, view.sentence) == ("failed", "adult.csv, column age: no numbers in it; choose another column")
    assert "Traceback" not in folder.log.read_text()


def test_an_unforeseen_error_points_to_the_log(workplace: Workplace) -> None:
    workplace.start()
    folder = workplace.submit("divide_by_zero", {"zero": 0})
    view = workplace.ended(folder)
    assert view.sentence == f"ZeroDivisionError: division by zero; see {folder.log}"
    assert "Traceback" in folder.log.read_text()


def test_a_function_that_does_not_exist_fails_with_its_name(workplace: Workplace) -> None:
    workplace.start()
    view = workplace.ended(workplace.submit("no_such_function"))
    assert view.state == "failed"
    assert "no_such_function" in view.sentence


def test_running_out_of_memory_is_a_result_with_advice(workplace: Workplace) -> None:
    workplace.start()
    folder = workplace.submit("run_out_of_memory")
    workplace.ended(folder)
    result = result_of(folder)
    assert (result.state, result.kind) == ("failed", "out_of_memory")
    assert "batch size" in result.advice


def test_a_full_disk_is_told_in_a_sentence(workplace: Workplace) -> None:
    workplace.start()
    folder = workplace.submit("fill_the_disk")
    view = workplace.ended(folder)
    assert view.state == "failed"
    assert view.sentence.startswith(f"{folder.events}: cannot be written (")
    assert folder.events.read_bytes().endswith(b"\n")


def test_a_killed_child_leaves_a_result_with_advice(workplace: Workplace) -> None:
    workplace.start()
    folder = workplace.submit("wait_at_gate", {"gate": workplace.gate()})
    os.kill(child_of(workplace, folder), signal.SIGKILL)
    view = workplace.ended(folder)
    assert view.state == "failed"
    assert "killed by the system (signal 9), most likely because memory ran out" in view.sentence
    assert "batch size" in view.advice


def test_a_crashed_child_is_told_by_the_name_of_its_signal(workplace: Workplace) -> None:
    workplace.start()
    folder = workplace.submit("wait_at_gate", {"gate": workplace.gate()})
    os.kill(child_of(workplace, folder), signal.SIGSEGV)
    assert "SIGSEGV" in workplace.ended(folder).sentence
    assert "Fatal Python error" in folder.log.read_text()


def test_a_killed_supervisor_takes_its_child_along_and_the_job_goes_on_where_it_was(workplace: Workplace) -> None:
    workplace.start()
    gate = workplace.gate()
    units = {"one": "run", "two": "run", "three": "gate", "four": "run"}
    folder = workplace.submit("search", {"units": units, "gate": gate})
    third = workplace.until(folder, lambda line: isinstance(line.event, Log) and "unit three" in line.event.text)
    assert isinstance(third.event, Log)
    started = folder.started()
    assert started is not None
    with gone(started.pid), gone(int(third.event.text.split()[-1])):
        workplace.end()
    assert state(folder) == "interrupted"
    workplace.start()
    workplace.ended(workplace.submit("add", {"left": 1}))
    assert state(folder) == "interrupted"
    launch.resume(folder)
    again = workplace.until(folder, lambda line: isinstance(line.event, Started) and line.event.attempt == 2)
    workplace.until(
        folder, lambda line: line.seq > again.seq and isinstance(line.event, Log) and "unit three" in line.event.text
    )
    workplace.open_gate()
    assert workplace.ended(folder).state == "done"
    ran = {unit: (workplace.path / f"ran-{unit}").read_text().count("ran") for unit in units}
    assert ran == {"one": 1, "two": 1, "three": 2, "four": 1}


def test_a_unit_that_dies_costs_only_itself(workplace: Workplace) -> None:
    workplace.start()
    units = {"good": "run", "dead": "die", "big": "memory", "wrong": "fail", "last": "run"}
    folder = workplace.submit("search", {"units": units})
    workplace.ended(folder)
    ended = result_of(folder).result
    assert {unit: told[0] for unit, told in ended.items()} == {
        "good": "done",
        "dead": "killed",
        "big": "out_of_memory",
        "wrong": "failed",
        "last": "done",
    }
    assert ended["wrong"][2] == "a unit that cannot be"
    assert len({ended["good"][1]["pid"], ended["last"][1]["pid"]}) == 2


def test_a_stop_ends_the_job_after_its_epoch_and_resuming_goes_on_from_there(workplace: Workplace) -> None:
    workplace.start()
    folder = workplace.submit("epochs", {"last": 3, "gate": workplace.gate()})
    workplace.until(folder, lambda line: isinstance(line.event, Epoch))
    launch.stop(folder)
    workplace.open_gate()
    view = workplace.ended(folder)
    assert (view.state, view.sentence) == ("stopped", "stopped on request")
    assert (folder.checkpoint / "epoch").read_text() == "1"
    launch.resume(folder)
    for epoch in (2, 3):
        workplace.until(folder, lambda line, epoch=epoch: isinstance(line.event, Epoch) and line.event.epoch == epoch)  # type: ignore[misc]
        workplace.open_gate()
    view = workplace.ended(folder)
    assert (view.state, view.attempt) == ("done", 2)
    assert [log.text for log in view.tail] == ["from epoch 0", "from epoch 1"]
    assert [point.epoch for point in view.curves["run"].points] == [1, 2, 3]


def test_a_stop_ends_a_unit_that_does_not_look_up(workplace: Workplace) -> None:
    workplace.start()
    folder = workplace.submit("search", {"units": {"one": "run", "two": "spin"}})
    workplace.until(folder, lambda line: isinstance(line.event, Log) and "unit two" in line.event.text)
    launch.stop(folder)
    assert workplace.ended(folder).state == "stopped"
    assert not (folder.units / "two" / "result.json").exists()


def test_a_queued_job_is_called_off(workplace: Workplace) -> None:
    workplace.start()
    first = workplace.submit("wait_at_gate", {"gate": workplace.gate()})
    second = workplace.submit("add", {"left": 1})
    launch.stop(second)
    assert state(second) == "stopped"
    workplace.open_gate()
    workplace.ended(workplace.submit("add", {"left": 1}))
    assert (state(first), state(second)) == ("done", "stopped")
    assert second.started() is None


def test_killing_ends_a_job_that_does_not_look_up(workplace: Workplace) -> None:
    workplace.start()
    folder = workplace.submit("never_look_up", {"deaf": True})
    child_of(workplace, folder)
    launch.kill(folder)
    assert workplace.ended(folder).state == "stopped"
    assert state(workplace.submit("add", {"left": 1})) in ("queued", "running", "done")


@pytest.mark.parametrize("deaf", [False, True])
def test_the_budget_ends_a_job_that_does_not_look_up(workplace: Workplace, deaf: bool) -> None:
    workplace.start()
    folder = workplace.submit("never_look_up", {"deaf": deaf}, budget=0.2)
    view = workplace.ended(folder)
    assert (view.state, view.sentence) == ("stopped", "the time budget is used up")
    assert state(folder) == "stopped"


def test_the_budget_ends_a_job_at_its_epoch(workplace: Workplace) -> None:
    workplace.start("--grace", "60")
    folder = workplace.submit("epochs", {"last": 10**9}, budget=0.3)
    workplace.ended(folder)
    result = result_of(folder)
    assert (result.state, result.kind) == ("stopped", "budget")


def test_a_supervisor_told_to_end_stops_its_job_first(workplace: Workplace) -> None:
    workplace.start("--grace", "60")
    folder = workplace.submit("epochs", {"last": 10**9})
    workplace.until(folder, lambda line: isinstance(line.event, Epoch))
    with gone(workplace.owner()):
        os.kill(workplace.owner(), signal.SIGTERM)
    assert (state(folder), result_of(folder).kind) == ("stopped", "supervisor")


def test_a_closed_terminal_does_not_end_the_job(workplace: Workplace) -> None:
    gate = workplace.gate()
    pid, terminal = pty.fork()
    if pid == 0:
        status = 1
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
        try:
            ensure_supervisor(workplace.path, LIGHT)
            workplace.submit("wait_at_gate", {"gate": gate})
            os.write(1, b"submitted")
            status = 0
            signal.pause()
        finally:
            os._exit(status)
    told = b""
    while b"submitted" not in told:
        told += os.read(terminal, 1024)
    os.close(terminal)
    assert os.WTERMSIG(os.waitpid(pid, 0)[1]) == signal.SIGHUP
    (folder,) = all_jobs(workplace.path)
    workplace.until(folder, lambda line: isinstance(line.event, Log))
    workplace.open_gate()
    assert workplace.ended(folder).state == "done"


@pytest.mark.slow
def test_real_training_in_forked_units(workplace: Workplace) -> None:
    ensure_supervisor(workplace.path)
    folder = launch.submit(workplace.path, "tuning", "sample_jobs:train", {}, seed=3)
    assert wait(folder, timeout=4 * PATIENCE).state == "done", folder.log.read_text()
    losses = result_of(folder).result["losses"]
    assert isinstance(losses[0], float)
    assert losses[0] == losses[1]
