"""Runs an exported page where it will run: in Chromium with the network cut off, and in node where that is there."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from engine.errors import UserError
from engine.serving import process
from engine.steps.deployment import Latency, Verified
from engine.targets.chromium import Page
from engine.targets.held_out import compared, decisions_in, predictions_in
from engine.targets.local_site import served
from engine.targets.rest_proof import Expected

TIMED = 50
"""Rows that are asked one by one."""
MBIT = 10.0
"""Megabits per second that the time of the first load is reckoned with."""
NODE_SECONDS = 120.0
SCRIPT = """(async () => {
  const rows = %s;
  const taken = [];
  for (let place = 0; place < %d; place += 1) {
    const began = performance.now();
    await modelwright.predict([rows[place %% rows.length]]);
    taken.push(performance.now() - began);
  }
  return { answers: await modelwright.predict(rows), taken, agent: navigator.userAgent };
})()"""


@dataclass(frozen=True)
class Proof:
    """How a page answered, how fast, and what its first load takes: bytes, compressed ones, and seconds at MBIT."""

    verified: Verified
    latency: Latency
    bytes: int
    packed: int

    @property
    def load_seconds(self) -> float:
        return 8 * self.packed / (1e6 * MBIT)


def prove(seen: Page, folder: Path, name: str, rows: Sequence[dict[str, Any]], expected: Expected) -> Proof:
    """Compare one runtime of the exported page with the trained model, in `seen`, then without a connection.

    Errors: UserError when it does not load, logs an error, asks for anything from elsewhere, or differs.
    """
    seen.forget()
    with served(folder) as site:
        seen.open(f"{site.url}?runtime={name}")
        seen.evaluate("modelwright.ready")
        loaded = [(folder / path).read_bytes() for path in dict.fromkeys(site.asked) if (folder / path).is_file()]
        said = seen.evaluate(SCRIPT % (json.dumps(rows), TIMED))
        kept = seen.evaluate("modelwright.kept")
        again = seen.evaluate(f"modelwright.predict({json.dumps(rows[:1])})")
        site.stop()
        if kept:
            seen.open(f"{site.url}?runtime={name}")
            again = seen.evaluate(f"modelwright.predict({json.dumps(rows[:1])})")
        if seen.errors:
            raise UserError(f"the page logged an error in Chromium ({seen.errors[0][:200]}); nothing is kept")
        foreign = [url for url in seen.requests if not url.startswith((site.url, "data:", "blob:"))]
        if foreign:
            raise UserError(f"the page asked for {foreign[0]}, which is not of its own files; nothing is kept")
    if not kept or again != said["answers"][:1]:
        raise UserError("the page did not answer the same without a connection; nothing is kept")
    runtime = f"{name}, Chromium {said['agent'].partition('Chrome/')[2].partition('.')[0]}"
    verified = compared(
        expected, predictions_in(said["answers"], expected), decisions_in(said["answers"], expected), runtime
    )
    latency = Latency(p50=float(np.quantile(said["taken"], 0.5)), p99=float(np.quantile(said["taken"], 0.99)))
    return Proof(verified, latency, sum(map(len, loaded)), sum(len(gzip.compress(each, 6)) for each in loaded))


def prove_node(
    folder: Path, rows: Sequence[dict[str, Any]], expected: Expected, check: Callable[[], object] = lambda: None
) -> str:
    """The same by `predict.mjs`; what ran, empty where there is no node. Errors: UserError when it fails or differs."""
    node = shutil.which("node")
    if node is None:
        return ""
    given = folder.with_name(f"{folder.name}.rows.json")
    given.write_bytes(msgspec.json.encode(rows))
    try:
        told = process.run(
            [node, str(folder / "predict.mjs"), str(given)], "running the network in node", NODE_SECONDS, check=check
        )
    finally:
        given.unlink()
    answers = json.loads(told)
    return compared(expected, predictions_in(answers, expected), decisions_in(answers, expected), "TF.js, node").runtime
