"""The ways to write a network down for a device, what each may cost, and which one is advised."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from engine.steps.deployment import Form


class Kind(NamedTuple):
    """A way to write a network down: `flips` are decisions per 1000 rows that may differ from the trained one, where an
    amount differs when it is off by more than `off` of the target's scale. `zeros` is the share of weights that are
    made zero before; such a network is another one, and is judged by its score alone.
    """

    title: str
    flips: float
    off: float
    zeros: float = 0.0


FORMS = {
    "float32": Kind("as trained", 0.0, 1e-4),
    "float16": Kind("weights of 16 bits", 5.0, 0.01),
    "dynamic": Kind("weights of 8 bits", 20.0, 0.02),
    "int8": Kind("whole numbers of 8 bits all through", 50.0, 0.05),
    "pruned50": Kind("half of the weights zero", 1000.0, 0.05, 0.5),
    "pruned75": Kind("75 % of the weights zero", 1000.0, 0.05, 0.75),
    "pruned90": Kind("90 % of the weights zero", 1000.0, 0.05, 0.9),
}
"""More differences than this are no rounding any more."""
NOISE = 1.25
"""Times that differ by less than this factor are the same."""


def failed_gate(form: Form, gain: float | None) -> str:
    """Why a form that ran must not be used, empty where it may be; `gain` is the change of the score that matters,
    without which the score is told and not judged.
    """
    allowed = FORMS[form.name].flips
    if FORMS[form.name].zeros and (gain is None or form.change is None):
        return "nobody can tell what the zeros cost: there is no interval, or no gain that matters (metric.gain)"
    if form.flips is not None and form.flips > allowed:
        return f"{form.flips:.3g} of 1000 decisions differ from the trained model's, {allowed:g} may"
    if gain is not None and form.change is not None and form.change.low < -gain:
        return (
            f"it may lose {-form.change.low:.3g} of the score (95 % interval {form.change.low:+.3g} to "
            f"{form.change.high:+.3g}), and {gain:.3g} matters"
        )
    return ""


def beyond_limits(form: Form, size_mb: float | None, memory_mb: float | None, latency_ms: float | None) -> str:
    """Which limit of the framing a form breaks, empty where none."""
    megabytes = form.bytes / 1e6
    if size_mb is not None and megabytes > size_mb:
        return f"{megabytes:.3g} MB, {size_mb:g} allowed (framing.size_mb)"
    if memory_mb is not None and form.peak_mb is not None and form.peak_mb > memory_mb:
        return f"needs {form.peak_mb:.3g} MB of memory, {memory_mb:g} allowed (framing.memory_mb)"
    if latency_ms is not None and form.latency_ms is not None and form.latency_ms.p99 > latency_ms:
        return f"99 % of the answers within {form.latency_ms.p99:.3g} ms, {latency_ms:g} allowed (framing.latency_ms)"
    return ""


def front(forms: Sequence[Form]) -> list[str]:
    """Names of the usable forms that no other one beats in packed size, time and score at once (Pareto, 1906)."""
    usable = [form for form in forms if not form.refused]
    return [form.name for form in usable if not any(_better(other, form) for other in usable)]


def advised(forms: Sequence[Form]) -> str:
    """The smallest form of the front; empty where none may be used."""
    found = [form for form in forms if form.front]
    return min(found, key=lambda form: form.packed).name if found else ""


def _better(one: Form, other: Form) -> bool:
    """Whether a form is nowhere worse and somewhere better."""
    mine, theirs = _costs(one), _costs(other)
    faster, slower = _time(one) * NOISE < _time(other), _time(one) > _time(other) * NOISE
    return not slower and all(a <= b for a, b in zip(mine, theirs, strict=True)) and (faster or mine != theirs)


def _costs(form: Form) -> tuple[float, float]:
    """Packed size, and what the score loses; unknown is the worst."""
    return form.packed, -form.change.difference if form.change else float("inf")


def _time(form: Form) -> float:
    return form.latency_ms.p50 if form.latency_ms else float("inf")
