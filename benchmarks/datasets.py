"""Every dataset of a folder of shared data, from `new` to `run --open-test`: score, bars, references, verdict, seconds.

One after the other, each in a project of its own under --projects: one that was tested there is not run again, any
other one goes on.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
from common import ROOT, announce, table

DATA = ROOT.parent / "shared" / "data"
PAGE = ROOT / "docs" / "benchmarks.md"
HEADING = "## Every dataset: `python benchmarks/datasets.py`"
DONE = "benchmark.json"
HEAD = ("dataset", "rows", "metric", "score (95 %)", "best naive", "linear", "boosted trees", "against naive", "s")


class Dataset(NamedTuple):
    """What is told of a dataset: its path under the folder, its targets, and the task where it is truly ambiguous.

    `known` is what is known of its score elsewhere; `answers` are `step.key=value`, for what no file can say.
    """

    name: str
    path: str
    target: tuple[str, ...] = ()
    task: str = ""
    answers: tuple[str, ...] = ()
    known: str = ""


YEAST = tuple(f"Class{number}" for number in range(1, 15))
DATASETS = (
    Dataset("titanic", "titanic3/titanic3.csv", ("survived",), known="accuracy 0.79 to 0.83, AUC 0.87"),
    Dataset("adult", "adult_census/adult-train.csv", ("last",), known="AUC 0.925"),
    Dataset("telco", "telco_churn/Telco-Customer-Churn.csv", ("Churn",), known="AUC 0.84 to 0.85"),
    Dataset("pima", "pima_diabetes/pima-indians-diabetes.csv", ("last",), known="AUC 0.83"),
    Dataset("wine", "wine_quality_white/winequality-white.csv", ("last",), known="MAE 0.45"),
    Dataset("penguins", "penguins_raw/penguins_raw.csv", ("Species",), known="accuracy 0.98 to 1"),
    Dataset("california", "california_housing/housing.csv", ("median_house_value",), known="RMSE 45k to 50k"),
    Dataset("energy", "energy_efficiency_enb2012/ENB2012_data.csv", ("Y1", "Y2"), known="MAE 0.51 and 1.42"),
    Dataset("bikes", "bike_sharing_hourly/hour.csv", ("cnt",), known="R² 0.94 at random, less in time order"),
    Dataset(
        "airline", "airline_passengers/airline-passengers.csv", ("Passengers",), known="RMSE 15 to 20 in the last year"
    ),
    Dataset("parkinsons", "parkinsons_updrs/parkinsons_updrs.data", ("total_UPDRS",), known="MAE 7.5"),
    Dataset("spam", "sms_spam/sms_spam.csv", ("type",), known="accuracy 0.976 to 0.985"),
    Dataset("nsmc", "nsmc_korean/ratings_subset.txt", ("label",), known="accuracy 0.72 to 0.80"),
    Dataset("yeast", "multilabel_yeast/yeast.arff", YEAST, known="Hamming loss 0.19 to 0.20, micro-F1 0.65"),
    Dataset("ranking", "lightgbm_lambdarank", ("relevance",), known="NDCG@5 0.66 to 0.70"),
    Dataset("taxi", "chicago_taxi_parquet/taxi.parquet", ("tip",)),
    Dataset("castles", "messy_castles/castle-solutions.csv", ("Castle 10",)),
    Dataset("montreal", "messy_montreal_bikes/bikes.csv", ("Rachel1",)),
    Dataset("air", "messy_air_quality/AirQualityUCI.csv", ("C6H6(GT)",), known="R² 0.95"),
    Dataset("star_wars", "messy_star_wars/StarWars.csv", ("Which character shot first?",)),
    Dataset("nutrition", "messy_wide_nutrition/raw_anonymized_data.csv", ("cat",)),
)
"""One record per dataset, in the order in which they are run and shown."""


class Ended(NamedTuple):
    """How a command ended: its exit code, and the last thing it said."""

    code: int
    said: str


def command(projects: Path, *words: str) -> Ended:
    """Run `modelwright WORDS…` to its end."""
    line = [sys.executable, "-P", "-m", "tui.cli", "--projects", str(projects), "--plain", *words]
    done = subprocess.run(
        line, stdin=subprocess.DEVNULL, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    return Ended(done.returncode, lines[-1] if lines else "")


def carried_out(data: Path, projects: Path, each: Dataset, minutes: float) -> dict[str, Any]:
    """One dataset from nothing to its test, or as far as it comes; kept in its project as it is told here."""
    kept = projects / each.name / DONE
    before: dict[str, Any] = json.loads(kept.read_text()) if kept.is_file() else {"seconds": 0.0}
    if "code" in before and _tested(projects, each):
        return before
    began = time.perf_counter()
    targets = [word for name in each.target for word in ("--target", name)]
    task = ["--task", each.task] if each.task else []
    answers = [word for answer in each.answers for word in ("--set", answer)]
    ended = Ended(0, "")
    if not (projects / each.name).exists():
        ended = command(projects, "new", each.name, "--data", str(data / each.path), *targets, *task, *answers)
    if ended.code == 0:
        ended = command(projects, "run", each.name, "--open-test", "--budget", f"{minutes:g}")
    found = {"code": ended.code, "said": ended.said, "seconds": before["seconds"] + time.perf_counter() - began}
    if (projects / each.name).is_dir():
        kept.write_text(json.dumps(found))
    return found


def _tested(projects: Path, each: Dataset) -> bool:
    from engine import store

    return store.load(projects / each.name).evaluation.result is not None


def line_of(projects: Path, each: Dataset, ended: dict[str, Any]) -> list[str]:
    """The dataset's line of the table, from its project."""
    from engine import store

    plan = store.load(projects / each.name) if (projects / each.name).is_dir() else None
    result = plan.evaluation.result if plan else None
    if plan is None or result is None:
        said = ended["said"].replace("|", "/")
        return [each.name, "", "", f"not tested (exit {ended['code']}): {said}", *[""] * 4, f"{ended['seconds']:.0f}"]
    first, others = result.test[0], {each.name: each for each in result.beside}
    named = [name for name in others if name not in ("linear", "boosted_trees")]
    bar = others[named[0]] if named else None
    return [
        each.name,
        f"{first.n:,}",
        first.metric,
        _told(first.value, first.low, first.high),
        f"{bar.score.value:.4g} ({bar.name})" if bar else "",
        *(_shown(others.get(name)) for name in ("linear", "boosted_trees")),
        _verdict(bar),
        f"{ended['seconds']:.0f}",
    ]


def _told(value: float, low: float | None, high: float | None) -> str:
    return f"{value:.4g}" + (f" ({low:.4g} to {high:.4g})" if low is not None and high is not None else "")


def _shown(other: Any) -> str:
    """A reference's score, and where it stands to the model beyond chance."""
    if other is None:
        return ""
    gap = other.comparison
    mark = " better" if gap.high < 0 else " worse" if gap.low > 0 else ""
    return f"{other.score.value:.4g}{mark}"


def _verdict(bar: Any) -> str:
    if bar is None:
        return ""
    gap = bar.comparison
    word = "beats" if gap.low > 0 and gap.p < 0.05 else "loses" if gap.high < 0 else "not shown"
    return f"{word} {_told(gap.difference, gap.low, gap.high)}, p = {gap.p:.2g}"


def written(lines: list[str]) -> None:
    """The table in docs/benchmarks.md, in place of the one that was there."""
    text, part = PAGE.read_text(encoding="utf-8"), "\n".join([HEADING, "", *lines, ""])
    old = re.search(rf"^{re.escape(HEADING)}\n.*?(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    whole = text.replace(old.group(0), f"{part}\n") if old else f"{text.rstrip()}\n\n{part}"
    PAGE.write_text(f"{whole.rstrip()}\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA, help="the folder of the datasets")
    parser.add_argument("--projects", type=Path, default=ROOT / "projects" / "datasets", help="where projects are kept")
    parser.add_argument("--only", metavar="NAME", action="append", choices=[each.name for each in DATASETS], default=[])
    parser.add_argument("--minutes", type=float, default=10.0, help="for each dataset")
    parser.add_argument(
        "--write", action="store_true", help="put the table of all that are done into docs/benchmarks.md"
    )
    given = parser.parse_args()
    if not given.data.is_dir():
        raise SystemExit(f"the datasets are not at {given.data}")
    projects = given.projects.resolve()
    projects.mkdir(parents=True, exist_ok=True)
    announce("numpy", "scikit-learn", "tensorflow", "keras")
    chosen = [each for each in DATASETS if not given.only or each.name in given.only]
    for each in chosen:
        print(f"{each.name}: {each.known or 'nothing is known of its score'}", flush=True)
        ended = carried_out(given.data.resolve(), projects, each, given.minutes)
        table(HEAD, [line_of(projects, each, ended)])
    if given.write:
        done = [each for each in DATASETS if (projects / each.name / DONE).is_file()]
        rows = [line_of(projects, each, json.loads((projects / each.name / DONE).read_text())) for each in done]
        written([f"| {' | '.join(cells)} |" for cells in (HEAD, ["---"] * len(HEAD), *rows)])


if __name__ == "__main__":
    main()
