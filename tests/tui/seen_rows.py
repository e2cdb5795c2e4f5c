"""A project whose rows are drawn: every kind of column, names and cells that are hard to draw, rows of a finding."""

import base64
from pathlib import Path

import msgspec
import numpy as np
import pandas as pd

from engine import store
from engine.seeing.kept import keep
from engine.seeing.look import seen
from engine.seeing.rows import of_findings
from engine.seeing.schema import Files, FileSample, Seen
from engine.values import Effect, Finding
from tests.engine.audit.auditing import made
from tests.tui.filled import HOSTILE, LONG, full

ROWS = 400


def table() -> Seen:
    """Rows with every kind of column, with names and cells that are hard to draw."""
    rng = np.random.default_rng(1)
    north, east = rng.normal(37, 2, ROWS), rng.normal(-120, 2, ROWS)
    words = np.where(rng.random(ROWS) < 0.3, None, rng.choice(["S", "C", HOSTILE], ROWS))
    columns = {
        "y": (north > 37).astype(int),
        "latitude": north,
        "longitude": east,
        LONG: np.where(rng.random(ROWS) < 0.2, np.nan, rng.gamma(1, 30, ROWS)),
        HOSTILE: pd.Series(words, dtype=object),
        "day": pd.date_range("2020-01-01", periods=ROWS),
        "note": [
            f"text {at} with 日本語 {HOSTILE} and many more words than fit into one line of it" for at in range(ROWS)
        ],
    }
    finding = Finding(
        detector="sentinel", columns=("fare",), rows=17, severity="ask", evidence="", proposal="", row_ids=(3, 5, 8)
    )
    data = made(columns, "y", "binary")
    drawn = seen(data)
    groups = (*drawn.groups, *of_findings(data.frame, [finding]))
    return msgspec.structs.replace(
        drawn, groups=groups, files=(of("photo", "image", 24, 3), of("call", "audio", 36, 1))
    )


def of(column: str, kind: str, across: int, channels: int) -> Files:
    """Five samples of noise."""
    values = np.random.default_rng(1).integers(0, 256, (5, 24 * across * channels), dtype=np.uint8)
    wave = tuple(at / across for at in range(across)) if kind == "audio" else ()
    samples = [
        FileSample(at, f"{HOSTILE} {at}.xyz", HOSTILE, across, 24, channels, base64.b64encode(each).decode(), wave)
        for at, each in enumerate(values)
    ]
    return Files(column, kind, tuple(samples), ROWS)


def project_of(projects: Path, drawn: Seen) -> Path:
    """A project in which every step ran, and these rows were drawn."""
    folder = projects / "titanic"
    folder.mkdir()
    plan = full()
    result = plan.data.result
    assert result is not None
    effect = Effect("roc_auc", 0.85, 0.81, 0.04, 0.03, 0.05, 1047, "extra trees, random folds")
    sentinel = msgspec.structs.replace(result.findings[1], effect=effect, answers={"framing.group": "ticket"})
    findings = tuple(sentinel if each.detector == "sentinel" else each for each in result.findings)
    result = msgspec.structs.replace(result, seen=keep(folder, drawn), findings=findings)
    store.save(folder, msgspec.structs.replace(plan, data=msgspec.structs.replace(plan.data, result=result)))
    return folder
