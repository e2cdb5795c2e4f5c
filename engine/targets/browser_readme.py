"""What an exported page says about itself: how to serve it, what it loads, what was proven and what was not."""

from __future__ import annotations

from collections.abc import Mapping

from engine.targets.browser_proof import MBIT, Proof

TEXT = """\
# {name} in the browser

Put this folder on any web server that sends files (`python3 -m http.server` for a look at it), under https or on the
same machine, so that browsers let the page keep itself. Nothing that is entered leaves the page, it asks for no file
but its own, and after the first load it opens without a connection. `?runtime=NAME` chooses how the network is run.

| runtime | first load, compressed | seconds at {mbit:g} Mbit/s | ms per row, p50 / p99 | rows compared | difference |
|---|---|---|---|---|---|
{proofs}

{refused}
In other pages: `import` `prepare/prepare.js` and `prepare/answer.js` as `app.js` does. With node:
`node predict.mjs rows.json`, where it is in this folder.
"""


def readme(name: str, proofs: Mapping[str, Proof], refused: Mapping[str, str]) -> str:
    """The page's README.md."""
    lines = [
        f"| {runtime} | {proof.packed / 1e6:.2f} MB | {proof.load_seconds:.1f} | "
        f"{proof.latency.p50:.2g} / {proof.latency.p99:.2g} | {proof.verified.rows:,} | "
        f"{proof.verified.max_abs_diff:.1e} |"
        for runtime, proof in proofs.items()
    ]
    reasons = "".join(f"Not with {runtime}: {reason}.\n\n" for runtime, reason in refused.items())
    return TEXT.format(name=name, mbit=MBIT, proofs="\n".join(lines), refused=reasons)
