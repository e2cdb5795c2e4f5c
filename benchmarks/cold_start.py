"""A bundle against the same model behind the same web stack with TensorFlow: time to the first answer, and memory.

    python benchmarks/cold_start.py PROJECT

PROJECT is one whose deployment has built a REST bundle. Each server is started by itself, one after the other in turns.
"""

from __future__ import annotations

import argparse
import socket
import statistics
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path

from common import ROOT, announce, spread, table

PATIENCE = 120.0
"""Seconds that a server is waited for."""
REQUESTS = 50
"""Answers after which memory is read, and from which the time of one is told."""
PEER = """
import sys
from pathlib import Path

root, project, port = sys.argv[1:]
sys.path.insert(0, root)
import keras
import numpy as np
import uvicorn

from engine.serving import schema
from engine.serving.app import application
from engine.serving.artifact import load_artifact
from engine.serving.measured import Meter
from engine.training.apply import transform

folder, bundle = Path(project) / "models" / "final", Path(project) / "bundle"


class Predictor:
    def __init__(self):
        self.artifact, self.model = load_artifact(bundle), keras.saving.load_model(folder / "model.keras")

    def outputs(self, columns):
        rows = transform(self.artifact.preparation, columns)
        return self.artifact.code.natural(np.asarray(self.model(rows, training=False)))

    def decide(self, outputs):
        return self.artifact.code.decide(outputs, self.artifact.meta.line)


uvicorn.run(application(Predictor(), schema.load(bundle), bundle, Meter()), port=int(port), log_level="error")
"""


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def answered(port: int, body: bytes) -> bool:
    """Whether one request is answered with 200."""
    line = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        line.request("POST", "/predict", body, {"content-type": "application/json"})
        reply = line.getresponse()
        reply.read()
        return reply.status == 200
    except OSError:
        return False
    finally:
        line.close()


def memory(process: int) -> float:
    """Megabytes of a process, with its part of what it shares."""
    for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise ValueError(f"process {process} tells nothing of its memory")


def once(command: list[str], port: int, body: bytes) -> tuple[float, float, float]:
    """Seconds from the start to the first answer, megabytes after REQUESTS answers, milliseconds of one of them."""
    began = time.perf_counter()
    with subprocess.Popen([*command, str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            while not answered(port, body):
                if time.perf_counter() - began > PATIENCE or server.poll() is not None:
                    raise SystemExit(f"{command[0:3]} did not answer")
                time.sleep(0.005)
            first = time.perf_counter() - began
            times = []
            for _ in range(REQUESTS):
                start = time.perf_counter()
                answered(port, body)
                times.append(1000 * (time.perf_counter() - start))
            return first, memory(server.pid), statistics.median(times)
        finally:
            server.terminate()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("project", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    project = given.project.resolve()
    announce("tensorflow", "ai-edge-litert", "uvicorn")
    body = (project / "bundle" / "example_request.json").read_bytes()
    servers = {
        "the bundle": [sys.executable, "-I", "-B", str(project / "bundle" / "serve.py"), "--port"],
        "with TensorFlow": [sys.executable, "-I", "-B", "-c", PEER, str(ROOT), str(project)],
    }
    found: dict[str, list[tuple[float, float, float]]] = {name: [] for name in servers}
    for _ in range(given.runs):
        for name, command in servers.items():
            found[name].append(once(command, free_port(), body))
    lines = [(name, *(spread(part) for part in zip(*runs, strict=True))) for name, runs in found.items()]
    table(("server", "s to the first answer", "MB", "ms for a request"), lines)
    own, other = ([statistics.median(part) for part in zip(*runs, strict=True)] for runs in found.values())
    print(
        f"The bundle starts {other[0] / own[0]:.1f} times faster and takes {other[1] / own[1]:.1f} times less memory."
    )


if __name__ == "__main__":
    main()
