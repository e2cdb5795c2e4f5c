"""The final model as one readable Python script that makes it again from the data file, with Keras alone."""

from __future__ import annotations

import base64
import pprint
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.report.network_code import network_code
from engine.report.source import Excerpt
from engine.training.decide import Copies
from engine.training.spec import Drop, Preparation
from engine.training.target_code import TargetCode

WIDTH = 112
MEANS = 2000
"""Inputs by whose means the rows are known again."""
PLAIN = "engine.training.standalone"
SEARCHED = "engine.training.network"


@dataclass(frozen=True)
class Trained:
    """One trained network: the compiled model, its epochs and batch, the seed, and its share of the answer."""

    model: Any
    epochs: int
    batch: int
    seed: int
    share: float = 1.0


@dataclass(frozen=True)
class Told:
    """What the script says beside the networks; `kinds` of the columns that are read, `rows` ids (n,) trained on.

    `inputs` (n, width) are the prepared training rows, `weights` (n,) what they weigh.
    """

    project: str
    file: str
    digest: str
    metric: str
    kinds: dict[str, str]
    rows: Any
    inputs: Any
    preparation: Preparation
    target: TargetCode
    head: str
    threshold: float
    balance: str = "none"
    copies: Copies | None = None
    weights: Any = None


def keras_script(told: Told, members: Sequence[Trained], space: str = "") -> str:
    """The script's text; `space` is code that follows it, the class of the search space for one."""
    taken = Excerpt([(PLAIN, "main"), (PLAIN, "Final"), (PLAIN, "Member")])
    names = ["network"] if len(members) == 1 else [f"network_{at}" for at in range(1, len(members) + 1)]
    networks = [network_code(each.model, name) for name, each in zip(names, members, strict=True)]
    parts = [
        _head(told, members),
        f"from __future__ import annotations\n\n{taken.imports}",
        taken.definitions,
        *networks,
        _final(told, names, members),
        space,
        'if __name__ == "__main__":\n    main(FINAL)',
    ]
    return "\n\n\n".join(part for part in parts if part) + "\n"


def _head(told: Told, members: Sequence[Trained]) -> str:
    several = f"{len(members)} networks, whose answers are averaged" if len(members) > 1 else "one network"
    return f'''"""Makes the final model of the project {_quiet(told.project)} again: {several}, chosen by {told.metric}.

    python THIS.py {_quiet(told.file)} --predict FILE -o predictions.csv --save model.keras

Needs numpy, pandas, keras and tensorflow. The data file had the SHA-256 {told.digest}.
It trains on the rows that the final model was trained on; the sealed test rows are not among them. First the
preparation (records of what was fitted, and the functions that apply them), then the training, then the networks layer
by layer, then what was fitted and chosen.
"""'''


def _quiet(text: str) -> str:
    """Text that cannot end a docstring or steer a terminal."""
    return text.encode("unicode_escape").decode().replace('"', "'")


def _final(told: Told, names: Iterable[str], members: Sequence[Trained]) -> str:
    encoders = [each for each in told.preparation.encoders if not isinstance(each, Drop)]
    others = [name for name in told.preparation.__struct_fields__ if name != "encoders"]
    means = [round(float(value), 5) for value in told.inputs[:, :MEANS].mean(axis=0, dtype=np.float64)]
    lines = [
        "FINAL = Final(",
        f"    kinds={_literal(told.kinds)},",
        f"    rows={_wrapped(packed(told.rows))},",
        f"    means={_literal(tuple(means))},",
        "    preparation=Preparation(",
        *(f"        {name}={getattr(told.preparation, name)!r}," for name in others),
        "        encoders=(",
        *(f"            {each!r}," for each in encoders),
        "        ),",
        "    ),",
        f"    target={told.target!r},",
        f"    head={told.head!r},",
        f"    threshold={told.threshold!r},",
        "    members=(",
        *(
            f"        Member(network={name}, epochs={each.epochs}, batch={each.batch}, seed={each.seed}, "
            f"share={each.share!r}),"
            for name, each in zip(names, members, strict=True)
        ),
        "    ),",
        f"    balance={told.balance!r},",
        *([f"    copies={told.copies!r},"] if told.copies else []),
        *_weights(told.weights),
        ")",
    ]
    return "\n".join(lines)


def _weights(weights: Any) -> list[str]:
    """The weights of the rows: few different ones, and which of them each row has."""
    if weights is None:
        return []
    levels, places = np.unique(weights, return_inverse=True)
    text = base64.b64encode(zlib.compress(places.astype(np.uint32).tobytes(), 9)).decode()
    return [f"    levels={_literal(tuple(levels.tolist()))},", f"    weighed={_wrapped(text)},"]


def packed(ids: Any) -> str:
    """Row ids as text: one bit per row of the file, compressed."""
    bits = np.zeros(int(ids.max()) + 1 if len(ids) else 0, dtype=np.uint8)
    bits[ids] = 1
    return base64.b64encode(zlib.compress(np.packbits(bits).tobytes(), 9)).decode()


def _literal(value: Any) -> str:
    return pprint.pformat(value, width=WIDTH, compact=True, sort_dicts=False).replace("\n", "\n    ")


def _wrapped(text: str) -> str:
    lines = [text[at : at + WIDTH - 12] for at in range(0, len(text), WIDTH - 12)]
    return "(\n" + "".join(f"        {line!r}\n" for line in lines) + "    )"
