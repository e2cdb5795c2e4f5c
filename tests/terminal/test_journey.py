"""The whole way by keys alone: from the empty home screen to a tested, shipped model and its exported plan."""

import signal
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.jobs.folder import latest, state
from engine.jobs.follow import wait
from engine.steps import STEPS
from tests.terminal import harness
from tests.terminal.harness import REPOSITORY, Terminal

pytestmark = pytest.mark.slow

PENGUINS = REPOSITORY / "projects" / "penguins" / "penguins.csv"


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs take longer than keys."""
    monkeypatch.setattr(harness, "PATIENCE", 300.0)


def made(launch: Callable[..., Terminal], projects: Path) -> tuple[Terminal, Path]:
    """A wizard in a new project on the penguins, framed, made from the home screen."""
    terminal = launch()
    terminal.wait_for("Modelwright")
    terminal.send("n")
    terminal.wait_for("A new project")
    for answer in ("birds", str(PENGUINS), "Species"):
        terminal.send(answer)
        terminal.wait_for(answer[-20:])
        terminal.send("enter")
        terminal.settle(0.5)
    terminal.wait_for("Frame the problem", "F8 Next")
    plan = projects / "birds" / "project.toml"
    terminal.wait_for_file(plan, "[framing.result", "target = [")
    return terminal, plan


def run_step(terminal: Terminal, plan: Path, title: str, step: str) -> None:
    """F8 to the next step, F5, and wait until its result is written."""
    terminal.send("f8")
    terminal.wait_for(title)
    terminal.send("f5")
    terminal.wait_for_file(plan, f"[{step}.result")
    terminal.settle()


def test_by_keys_alone_from_home_to_the_exported_plan(launch: Callable[..., Terminal], projects_dir: Path) -> None:
    terminal, plan = made(launch, projects_dir)
    run_step(terminal, plan, "Read and audit the data", "data")
    terminal.wait_for("A accept all")
    terminal.send("A")
    terminal.wait_for("Labels: who gives them")
    terminal.send("f5")
    terminal.wait_for_file(plan, "[labels.result")
    terminal.settle()
    for step, title in (
        ("metric", "The number that decides"),
        ("preparation", "From raw values to numbers"),
        ("protocol", "How the score is measured"),
        ("baseline", "Beat the common-sense baseline"),
        ("overfit", "Scale up until it overfits"),
    ):
        run_step(terminal, plan, title, step)
    terminal.send("f8")
    terminal.wait_for("Regularise and tune", "Trials")
    for key in ("tab", "2", "enter"):
        terminal.send(key)
        terminal.settle(0.5)
    terminal.wait_for_file(plan, "trials = 2")
    terminal.send("f5")
    terminal.wait_for_file(plan, "[tuning.result")
    terminal.settle()
    terminal.send("f8")
    terminal.wait_for("The sealed test set, once", "Type birds to open it")
    terminal.settle(0.5)
    terminal.send("birds")
    terminal.wait_for_file(plan, 'open_seal = "birds"')
    terminal.send("f5")
    terminal.wait_for_file(plan, "[evaluation.result")
    terminal.settle()
    run_step(terminal, plan, "Ship it", "deployment")
    run_step(terminal, plan, "Watch it and keep it alive", "monitoring")
    terminal.send("ctrl+p")
    terminal.settle()
    terminal.send("export", "enter")
    exported = plan.parent / "reports"
    terminal.until(lambda: any(exported.glob("*.md")), "an exported plan")
    terminal.settle()
    text = next(exported.glob("*.md")).read_text()
    assert "birds: the plan" in text
    assert "sealed test" in text
    written = tomllib.loads(plan.read_text())
    assert all("result" in written[step] for step in STEPS)
    terminal.send("ctrl+q")
    terminal.settle()


def test_a_closed_terminal_leaves_the_search_running_and_a_new_wizard_shows_it(
    launch: Callable[..., Terminal], projects_dir: Path
) -> None:
    settings = ("tuning.trials=3", "baseline.epochs=10", "baseline.attempts=1", "protocol.kind=kfold")
    chosen = [word for setting in settings for word in ("--set", setting)]
    command_line(projects_dir, "new", "birds", "--data", str(PENGUINS), "--target", "Species", *chosen)
    command_line(projects_dir, "run", "birds", "--through", "baseline")
    project = projects_dir / "birds"
    terminal = launch("open", "birds")
    terminal.wait_for("Frame the problem", "F8 Next")
    terminal.send("f6")
    terminal.settle(0.5)
    terminal.send("9")
    terminal.wait_for("Regularise and tune")
    terminal.send("f5")
    terminal.until(lambda: latest(project, "tuning") is not None, "the job of the search")
    job = latest(project, "tuning")
    assert job is not None
    terminal.until(lambda: any(job.units.glob("*/result.json")), "a finished trial")
    assert state(job) == "running"
    terminal.kill(signal.SIGHUP)
    terminal.wait()
    assert wait(job, timeout=600).state == "done"
    again = launch("open", "birds")
    again.wait_for("Regularise and tune")
    again.wait_for_file(project / "project.toml", "[tuning.result")
    again.wait_for("corrected for the luck of 3 trials")


def command_line(projects: Path, *words: str) -> None:
    """Run `modelwright WORDS…` to its good end."""
    subprocess.run([sys.executable, "-m", "tui", "--projects", str(projects), *words], check=True, cwd=REPOSITORY)
