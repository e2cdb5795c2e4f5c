"""What a server counts of its requests, as text that Prometheus reads."""

from __future__ import annotations

from collections import Counter

EDGES = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Seconds that requests are counted up to; half a second is what a request over the internet may take."""


class Meter:
    """Counts of one worker; `worker` is its number, so that several of one machine can be told apart."""

    def __init__(self, worker: int = 0) -> None:
        self.worker = worker
        self.requests: Counter[tuple[str, int]] = Counter()
        self.within: Counter[float] = Counter()
        self.seconds = 0.0
        self.rows = 0
        self.warnings = 0

    def count(self, path: str, status: int, seconds: float, rows: int, warnings: int) -> None:
        """One request that was answered."""
        self.requests[path, status] += 1
        self.rows += rows
        self.warnings += warnings
        self.seconds += seconds
        for edge in EDGES:
            self.within[edge] += seconds <= edge

    def text(self) -> str:
        """The counts in Prometheus' text format 0.0.4."""
        own = f'worker="{self.worker}"'
        total = sum(self.requests.values())
        lines = ["# TYPE modelwright_requests_total counter"]
        lines += [
            f'modelwright_requests_total{{{own},path="{path}",status="{status}"}} {count}'
            for (path, status), count in sorted(self.requests.items())
        ]
        for name, value in (("rows", self.rows), ("warnings", self.warnings)):
            lines += [f"# TYPE modelwright_{name}_total counter", f"modelwright_{name}_total{{{own}}} {value}"]
        lines.append("# TYPE modelwright_request_seconds histogram")
        lines += [f'modelwright_request_seconds_bucket{{{own},le="{edge:g}"}} {self.within[edge]}' for edge in EDGES]
        lines += [
            f'modelwright_request_seconds_bucket{{{own},le="+Inf"}} {total}',
            f"modelwright_request_seconds_sum{{{own}}} {self.seconds:.6f}",
            f"modelwright_request_seconds_count{{{own}}} {total}",
        ]
        return "\n".join(lines) + "\n"
