"""Our network against boosted trees, FLAML and AutoKeras on real tables: same development rows, same sealed rows.

Each table goes from nothing to a tested model by the command line within --minutes, and the others get the same time.
What is done stays in the folder --results, table by table, so that a run that was ended goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
from common import announce, table
from peers import PEERS, python_of
from real import BY_NAME, TABLES, Held, Table, held, own_predictions, product

if TYPE_CHECKING:
    import numpy as np

RIVALS = {"trees": "boosted trees", "tuned": "tuned trees", "flaml": "FLAML", "autokeras": "AutoKeras"}
GRACE = 2.0
"""A peer that takes this many times its minutes is ended."""
GRID = {"learning_rate": [0.02, 0.05, 0.1], "max_leaf_nodes": [7, 15, 31, 63], "l2_regularization": [0.0, 1.0, 10.0]}
SCORERS = {"roc_auc": "roc_auc", "macro_f1": "f1_macro", "accuracy": "accuracy", "rmse": "neg_root_mean_squared_error"}
"""How a configuration of trees is chosen; other metrics by log loss or absolute error."""


def boosted(rows: Held, minutes: float, tune: bool) -> np.ndarray:
    """scikit-learn's histogram gradient boosting with its defaults, or the best of random configurations.

    Tuned: GRID, 5 folds of the development rows, early stopping inside, until half of the minutes are over.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
    from sklearn.model_selection import ParameterSampler, cross_val_score

    classes = rows.task != "regression"
    kind = HistGradientBoostingClassifier if classes else HistGradientBoostingRegressor
    build = partial(kind, categorical_features="from_dtype", random_state=1)
    best: dict[str, Any] = {}
    if tune:
        scorer = SCORERS.get(rows.metric, "neg_log_loss" if classes else "neg_mean_absolute_error")
        top, until = float("-inf"), time.monotonic() + 30 * minutes
        for chosen in ParameterSampler(GRID, 24, random_state=1):
            more = {**chosen, "max_iter": 1000, "early_stopping": True}
            score = cross_val_score(build(**more), rows.train, rows.y, cv=5, scoring=scorer).mean()
            top, best = max((top, best), (score, more), key=lambda each: each[0])
            if time.monotonic() > until:
                break
    model = build(**best).fit(rows.train, rows.y)
    if not classes:
        return model.predict(rows.test)
    shares = model.predict_proba(rows.test)
    return shares[:, 1] if shares.shape[1] == 2 else shares


def asked(peer: str, environments: Path, rows: Held, minutes: float, room: Path) -> np.ndarray | None:
    """What a peer says in its own environment; None when it does not come to an end, its words are in PEER.log."""
    import numpy as np

    rows.train.assign(**{"the target": rows.y}).to_parquet(room / "train.parquet")
    rows.test.to_parquet(room / "test.parquet")
    (room / "task.json").write_text(json.dumps({"task": rows.task, "metric": rows.metric}))
    script = str(Path(__file__).with_name("peers.py"))
    line = [str(python_of(environments, peer)), script, "run", peer, str(minutes), str(room)]
    with open(room / f"{peer}.log", "w") as log:
        try:
            subprocess.run(line, stdout=log, stderr=log, check=True, timeout=60 * (GRACE * minutes + 1))
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            print(f"  {peer}: {error}; see {room / f'{peer}.log'}", flush=True)
            return None
    said: np.ndarray = np.load(room / f"{peer}.npy", allow_pickle=False)
    return said


def one(which: Table, given: argparse.Namespace) -> dict[str, Any]:
    """Everything about one table that is not in its folder yet, and the comparisons."""
    import numpy as np

    room = given.results / which.name
    room.mkdir(parents=True, exist_ok=True)
    note = room / "seconds.json"
    seconds: dict[str, float] = json.loads(note.read_text()) if note.exists() else {}
    if "ours" not in seconds:
        projects = room / "projects"
        if (projects / which.name).exists():
            raise SystemExit(f"{projects / which.name}: left by a run that was ended; delete it and start again")
        projects.mkdir(exist_ok=True)
        seconds["ours"] = product(projects, which, given.minutes, tuple(given.set))
        note.write_text(json.dumps(seconds))
    project = room / "projects" / which.name
    rows = held(project)
    said = {"ours": own_predictions(project)}
    for rival in ["trees", "tuned", *(PEERS if given.peers else ())]:
        path = room / f"{rival}.npy"
        if rival not in seconds:
            began = time.perf_counter()
            found = (
                asked(rival, given.peers, rows, given.minutes, room)
                if rival in PEERS
                else boosted(rows, given.minutes, rival == "tuned")
            )
            if found is None:
                continue
            np.save(path, found, allow_pickle=False)
            seconds[rival] = time.perf_counter() - began
            note.write_text(json.dumps(seconds))
        said[rival] = np.load(path, allow_pickle=False)
    return judged(which.name, rows, said, seconds)


def judged(name: str, rows: Held, said: dict[str, np.ndarray], seconds: dict[str, float]) -> dict[str, Any]:
    """Scores with 95 % intervals, and the paired test of ours against every other on the sealed rows."""
    from engine.stats.intervals import score
    from engine.stats.paired import compare

    found: dict[str, Any] = {"table": name, "metric": rows.metric, "rows": len(rows.y), "sealed": len(rows.y_test)}
    found["seconds"] = seconds
    for who, predicted in said.items():
        own = score(rows.metric, rows.y_test, predicted, how="sealed rows")
        found[who] = {"value": own.value, "low": own.low, "high": own.high}
        if who != "ours":
            test = compare(rows.metric, rows.y_test, said["ours"], predicted, delta=rows.gain)
            verdict = "ours is worse" if test.high < 0 else "ours is better" if test.low > 0 else "cannot tell apart"
            found[who] |= {"difference": test.difference, "lower": test.low, "upper": test.high, "p": test.p}
            found[who] |= {"verdict": verdict, "test": test.test}
    return found


def printed(found: list[dict[str, Any]]) -> None:
    """One line per table and rival, and how often ours is not significantly worse."""
    lines = []
    for each in found:
        ours = each["ours"]
        for who, title in RIVALS.items():
            if who in each:
                other = each[who]
                lines.append(
                    [
                        f"{each['table']} ({each['sealed']:,} sealed)",
                        each["metric"],
                        f"{ours['value']:.5g} ({ours['low']:.5g} to {ours['high']:.5g})",
                        title,
                        f"{other['value']:.5g} ({other['low']:.5g} to {other['high']:.5g})",
                        f"{other['difference']:+.4g} ({other['lower']:+.4g} to {other['upper']:+.4g})",
                        other["verdict"],
                        f"{each['seconds']['ours']:.0f} / {each['seconds'][who]:.0f}",
                    ]
                )
    print("Difference > 0: ours is better, in the metric's unit (errors too); 95 % intervals; seconds ours / theirs")
    table(["table", "metric", "ours", "against", "theirs", "difference", "verdict", "seconds"], lines)
    for who, title in RIVALS.items():
        pairs = [each[who] for each in found if who in each]
        if pairs:
            held_up = sum(pair["verdict"] != "ours is worse" for pair in pairs)
            ahead = sum(pair["difference"] >= 0 for pair in pairs)
            print(f"{title}: not significantly worse on {held_up} of {len(pairs)} tables, at or above on {ahead}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tables", nargs="*", metavar="TABLE", help=f"of {', '.join(BY_NAME)} (default: all)")
    parser.add_argument("--minutes", type=float, default=5.0, help="for everything on one table, and for each peer")
    parser.add_argument("--results", type=Path, required=True, help="folder of what is done")
    parser.add_argument("--peers", type=Path, help="folder made by `peers.py make`; without it trees only")
    parser.add_argument("--set", action="append", default=[], metavar="STEP.FIELD=VALUE", help="another answer of ours")
    parser.add_argument("-o", "--out", type=Path, help="JSON file to write")
    given = parser.parse_args()
    unknown = set(given.tables) - set(BY_NAME)
    if unknown:
        parser.error(f"unknown table {', '.join(sorted(unknown))}: use {', '.join(BY_NAME)}")
    given.results = given.results.resolve()
    given.peers = given.peers.resolve() if given.peers else None
    announce("tensorflow", "keras", "scikit-learn", "numpy")
    found = []
    for which in [BY_NAME[name] for name in given.tables] or TABLES:
        print(f"{which.name} …", flush=True)
        found.append(one(which, given))
        if given.out:
            given.out.write_text(json.dumps(found, indent=1) + "\n")
    printed(found)


if __name__ == "__main__":
    main()
