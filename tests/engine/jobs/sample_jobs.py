"""Functions that the tests submit as jobs; a named pipe is the gate at which they wait for the test."""

import copy
import os
import resource
import signal
from pathlib import Path
from typing import Any

from msgspec import Struct

from engine import dotted
from engine.errors import UserError
from engine.jobs.context import Context
from engine.values import Finding


class Pair(Struct):
    """Inputs and a result with types."""

    left: int
    right: int = 0


def pass_gate(gate: str) -> None:
    """Wait until the test opens the named pipe for writing."""
    Path(gate).read_bytes()


def tell_everything(inputs: dict[str, Any], context: Context) -> dict[str, Any]:
    """Tell one event of each kind; 1000 epochs at once, the last but one never at an end of the run."""
    print("to the log file")
    os.write(2, b"straight to descriptor 2\n")
    context.phase("reading", 1, 3, eta=2.5)
    context.found(Finding(detector="constant", columns=("a",), severity="note", evidence="1 value", proposal="drop it"))
    for epoch in range(1, 1001):
        context.epoch("fold 1", epoch, 2000, loss=1 / epoch)
    context.trial(1, "done", {"units": 32, "rate": 0.1, "norm": True, "kind": "adam"}, score=0.5, seconds=1.0)
    for number in range(12):
        context.log(f"line {number}")
    return {"sum": sum(inputs["numbers"]), "seed": context.seed}


def add(pair: Pair, context: Context) -> Pair:
    """Take and give typed values."""
    return Pair(pair.left + pair.right)


def wait_at_gate(inputs: dict[str, Any], context: Context) -> dict[str, Any]:
    context.log("at the gate")
    pass_gate(inputs["gate"])
    return {"passed": True}


def tell_through_a_copy(inputs: dict[str, Any], context: Context) -> None:
    """What a search does with the callbacks that hold the context."""
    copy.deepcopy(context).log("from the copy")


def refuse(inputs: dict[str, Any], context: Context) -> None:
    raise UserError("adult.csv, column age: no numbers in it; choose another column")


def divide_by_zero(inputs: dict[str, Any], context: Context) -> float:
    return float(1 / inputs["zero"])


def epochs(inputs: dict[str, Any], context: Context) -> dict[str, Any]:
    """Count epochs into the checkpoint for ever, or to `last`; each waits for a stop or a token in the gate."""
    path = context.checkpoint / "epoch"
    epoch = int(path.read_text()) if path.exists() else 0
    context.log(f"from epoch {epoch}")
    while epoch < inputs["last"]:
        context.check()
        epoch += 1
        path.write_text(str(epoch))
        context.epoch("run", epoch, inputs["last"], loss=1.0)
        if inputs.get("gate"):
            pass_gate(inputs["gate"])
    return {"epoch": epoch}


def never_look_up(inputs: dict[str, Any], context: Context) -> None:
    """Compute for ever without asking whether to stop; `deaf` ignores SIGTERM too."""
    if inputs["deaf"]:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    context.log("computing")
    while True:
        pass


def run_out_of_memory(inputs: dict[str, Any], context: Context) -> None:
    """Ask for more memory than the process may have."""
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + (64 << 20), resource.RLIM_INFINITY))
    bytearray(1 << 30)


def fill_the_disk(inputs: dict[str, Any], context: Context) -> None:
    """Write narration until the file may grow no more, as on a full disk."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, resource.RLIM_INFINITY))
    while True:
        context.log("x" * 100)


def search(inputs: dict[str, Any], context: Context) -> dict[str, Any]:
    """Run units one after the other, each in its own process; what each did is a line in its own file."""
    outcomes = {unit: context.fork(unit_of_search, inputs, unit) for unit in inputs["units"]}
    context.check()
    return {unit: [ended.state, ended.result, ended.sentence] for unit, ended in outcomes.items()}


def unit_of_search(inputs: dict[str, Any], context: Context) -> dict[str, Any]:
    unit = context.checkpoint.parent.name
    with open(context.project / f"ran-{unit}", "a") as file:
        file.write("ran\n")
    context.log(f"unit {unit} in {os.getpid()}")
    match inputs["units"][unit]:
        case "gate":
            pass_gate(inputs["gate"])
        case "die":
            os.kill(os.getpid(), signal.SIGKILL)
        case "memory":
            raise MemoryError("no room for (9, 9)")
        case "fail":
            raise UserError("a unit that cannot be")
        case "spin":
            while True:
                pass
    return {"pid": os.getpid()}


def train(inputs: dict[str, Any], context: Context) -> dict[str, Any]:
    """Fit the same small network in two forked units, with the real library."""
    outcomes = [context.fork(fit, None, f"fit-{number}") for number in (1, 2)]
    return {"losses": [ended.result["loss"] if ended.result else ended.sentence for ended in outcomes]}


def fit(argument: None, context: Context) -> dict[str, Any]:
    import keras
    import numpy as np

    keras.utils.set_random_seed(context.seed)
    model = keras.Sequential([keras.layers.Dense(4, activation="relu"), keras.layers.Dense(1)])
    model.compile("adam", "mse")
    rows = np.random.default_rng(context.seed).normal(size=(64, 3)).astype("float32")
    history = model.fit(rows, rows.sum(axis=1), epochs=2, verbose=0)
    for epoch, loss in enumerate(history.history["loss"], 1):
        context.epoch("fit", epoch, 2, loss=loss)
    return {"loss": history.history["loss"][-1]}


def search_for_long(inputs: dict[str, Any], context: Context) -> dict[str, Any]:
    """A search whose trials are processes that do nothing; tells the memory of who searches, in bytes."""
    import keras_tuner

    from engine.search.driver import ALGORITHMS, Driver, Search, drive
    from engine.search.trial import Proposal, TrialResult, unit_name

    space = keras_tuner.HyperParameters()
    space.Float("rate", 1e-4, 1e-2, sampling="log")
    space.Int("units", 8, 128, sampling="log")
    folder, memory = context.checkpoint / "search", []
    searched = Search(space, inputs["trials"], True, context.seed, folder, context.folder.units, 0.0)

    def run(proposal: Proposal, driver: Driver) -> TrialResult:
        context.trial(proposal.number, "running", proposal.values)
        outcome = context.fork(lambda given, own: given, proposal.number, unit_name(proposal.number, proposal.values))
        memory.append(resident())
        score = float(outcome.result % 7)
        context.trial(proposal.number, "done", proposal.values, score)
        return TrialResult(number=proposal.number, values=proposal.values, state="done", score=score)

    drive(dotted.load(ALGORITHMS[inputs["algorithm"]].alone)(searched), run, context.stopping)
    return {"memory": memory}


def resident(process: int | str = "self") -> int:
    """The memory that a process has in use, in bytes."""
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * resource.getpagesize()
