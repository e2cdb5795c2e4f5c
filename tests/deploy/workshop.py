"""Small real projects up to evaluation, made in a process of their own: data file, sealed rows, a trained network."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pandas as pd
from PIL import Image

from engine import store
from engine.data import seal
from engine.data.profile import target_summary
from engine.data.read import read
from engine.jobs.context import Context
from engine.jobs.folder import JobFolder
from engine.serving.artifact import Meta, save_artifact
from engine.steps import Plan, Project
from engine.steps.data import Data, DataResult
from engine.steps.deployment import Deployment, DeploymentResult
from engine.steps.evaluation import Diagnosis, Evaluation, EvaluationResult
from engine.steps.framing import Framing
from engine.steps.metric import Metric
from engine.tasks import TASKS
from engine.training.decide import Recipe, decide
from engine.training.hyper import Hyper
from engine.training.kind import fit_target
from engine.training.losses import offered
from engine.values import Score

ROOT = Path(__file__).resolve().parents[2]
KINDS = ("binary", "multiclass", "regression")
METRICS = {"binary": "roc_auc", "multiclass": "accuracy", "regression": "rmse"}
THRESHOLD = 0.35


@dataclass(frozen=True)
class Shop:
    """A project with an exported bundle; `frame` are its development rows."""

    project: Path
    plan: Plan
    result: DeploymentResult

    @property
    def bundle(self) -> Path:
        return self.project / "bundle"

    @property
    def frame(self) -> pd.DataFrame:
        return seal.load_development(self.project)


def table(kind: str, rows: int = 600, seed: int = 4) -> pd.DataFrame:
    """Rows with every kind of column, some cells missing, and a target that follows from them."""
    draw = np.random.default_rng(seed)
    age = draw.normal(40, 12, rows).round(1)
    income = draw.lognormal(7, 1, rows).round(2)
    city = draw.choice(["Paris", "Rome", "Oslo, north", 'the "Hague"'], rows, p=[0.4, 0.3, 0.2, 0.1])
    member = draw.choice(["true", "false"], rows)
    day = np.datetime64("2023-01-01") + draw.integers(0, 700, rows).astype("timedelta64[D]")
    rest = [" ".join(draw.choice(["and", "then", "again", "some", "more", "of", "it"], 9)) for _ in range(rows)]
    word = draw.choice(["late parcel", "broken handle", "kind staff", "slow answer"], rows)
    note = [f"{a} number {i} {b}" for i, (a, b) in enumerate(zip(word, rest, strict=True))]
    score = (age - 40) / 12 + (city == "Rome") - 0.5 * (word == "slow answer") + 0.4 * (member == "true")
    score = score + draw.normal(0, 0.4, rows)
    frame = pd.DataFrame(
        {"age": age, "income": income, "city": city, "member": member, "joined": day.astype(str), "note": note}
    )
    frame["age"] = frame["age"].mask(draw.random(rows) < 0.05)
    frame["city"] = frame["city"].mask(draw.random(rows) < 0.05)
    if kind == "binary":
        frame["bought"] = np.where(score > 0.5, "yes", "no")
    elif kind == "multiclass":
        frame["bought"] = np.select([score < -0.3, score < 0.8], ["none", "one"], "many")
    elif kind == "multilabel":
        frame["bought"] = np.where(score > 0, "yes", "no")
        frame["returned"] = np.where(score + draw.normal(0, 0.5, rows) > 0.8, "yes", "no")
    elif kind == "count":
        frame["bought"] = draw.poisson(np.exp(0.5 * score + 1))
    else:
        frame["bought"] = (250 * score + 1000).round(2)
    return frame


def pictured(project: Path, rows: int = 90) -> pd.DataFrame:
    """Rows with a picture, light from above or from the left, and an amount; both say what was bought."""
    draw = np.random.default_rng(5)
    frame = table("multiclass", rows)[["age", "bought"]]
    (project / "photos").mkdir()
    for number, bought in enumerate(frame["bought"]):
        light = np.linspace(0, 200, 24) * (bought != "none")
        picture = np.tile(light, (24, 1)) + draw.uniform(0, 55, (24, 24))
        picture = picture.T if bought == "many" else picture
        Image.fromarray(picture.astype(np.uint8)).save(project / f"photos/{number:03d}.png")
    return frame.assign(photo=[f"photos/{number:03d}.png" for number in range(rows)])


def targets(kind: str) -> tuple[str, ...]:
    """The columns that are predicted."""
    return ("bought", "returned") if kind == "multilabel" else ("bought",)


def make(project: Path, kind: str) -> Shop:
    """A project as it is after deployment."""
    project.mkdir(parents=True)
    subprocess.run([sys.executable, str(Path(__file__)), str(project), kind], cwd=ROOT, env=_environment(), check=True)
    return ship(project)


def ship(project: Path) -> Shop:
    """Export what is in the project, as the deployment step's job does, and keep the result in the plan."""
    from engine.work.deployment import run

    plan = store.load(project)
    result = run(plan, context_of(project))
    plan = msgspec.structs.replace(plan, deployment=Deployment(target="rest", result=result))
    store.save(project, plan)
    return Shop(project, plan, result)


def context_of(project: Path) -> Context:
    """The job's side of a job folder of this project."""
    folder = JobFolder(project / "jobs" / "0001-deployment")
    folder.path.mkdir(parents=True, exist_ok=True)
    return Context(folder, 1, None, 1.0)


def _environment() -> dict[str, str]:
    return {**os.environ, "CUDA_VISIBLE_DEVICES": "-1", "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}


def prepare(project: Path, kind: str) -> None:
    """Everything up to evaluation; runs where tensorflow may be loaded."""
    from engine.training.cross_validate import fit_all

    file = project / "table.csv"
    (pictured(project) if kind == "pictures" else table(kind)).to_csv(file, index=False)
    frame, reading = read(file)
    kind = "multiclass" if kind == "pictures" else kind
    task = TASKS[kind]
    names = targets(kind)
    drawn = seal.draw(frame, share=0.2, seed=1, kind="random", target="bought", others=names[1:])
    seal.write(project, frame, drawn, target="bought", others=names[1:])
    development = seal.load_development(project)
    code = fit_target(kind, {name: development[name] for name in names}, "yes" if kind == "binary" else None)
    y: Any = code.encode(development)
    fitted = fit_all(
        development,
        y,
        Recipe(decisions=decide(reading.columns, left_out=dict.fromkeys(names, "is the target"))),
        Hyper(units=12, layers=2, learning_rate=0.01, dropout=0.1, batch_norm=True),
        code=code,
        head=task.head,
        loss=offered(task.name)[0].name,
        epochs=25,
        seed=1,
    )
    metric = METRICS.get(kind, task.metrics[0])
    meta = Meta(task=kind, metric=metric, threshold=THRESHOLD if kind == "binary" else None, rows=len(development))
    digest = save_artifact(project / "models/final", fitted.model, fitted.preparation, fitted.code, meta)
    low, value, high = (300.0, 400.0, 500.0) if kind == "regression" else (0.7, 0.8, 0.9)
    evaluated = EvaluationResult(
        test=(Score(metric=metric, value=value, low=low, high=high, n=120, how="sealed test rows"),),
        diagnosis=Diagnosis(outcome="agrees", z=0.0, sentence="as promised"),
        opening=1,
        rows=120,
        epochs=25,
        parameters=fitted.model.count_params(),
        threshold=meta.threshold,
        classes=code.classes,
        model="models/final",
        digest=digest,
    )
    plan = Plan(
        project=Project(name=project.name),
        framing=Framing(data=str(file), target=names, task=kind),
        data=Data(result=DataResult(reading=reading, target=target_summary(frame, *names))),
        metric=Metric(primary=metric),
        evaluation=Evaluation(result=evaluated),
        deployment=Deployment(target="rest"),
    )
    store.save(project, plan)


if __name__ == "__main__":
    prepare(Path(sys.argv[1]), sys.argv[2])
