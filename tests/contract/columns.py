"""A target of sixty rows for every kind of prediction, as columns of a file."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from PIL import Image

N = 60
_draw = np.random.default_rng(3)
_labels = (_draw.random((N, 3)) < (0.5, 0.3, 0.7)).astype(float)
_sets = ["; ".join(name for name, has in zip("abc", row, strict=True) if has) or "d" for row in _labels]

_folder = TemporaryDirectory()


def _masks() -> list[str]:
    """Paths of masks of three classes at 10 x 8 points, of which the left half is mostly 0."""
    paths = []
    for number in range(N):
        mask = _draw.integers(0, 3, (8, 10)).astype(np.uint8)
        mask[:, :5] *= _draw.random((8, 5)) < 0.3
        paths.append(str(Path(_folder.name, f"{number}.png")))
        Image.fromarray(mask).save(paths[-1])
    return paths


COLUMNS: dict[str, dict[str, Any]] = {
    "binary": {"y": np.array(["no", "yes", "yes"] * 20, dtype=object)},
    "multiclass": {"y": np.array(["a", "b", "c"] * 20, dtype=object)},
    "multilabel": {name: _labels[:, place] for place, name in enumerate("abc")},
    "ordinal": {"y": np.array([3.0, 5.0, 4.0, 6.0, 5.0] * 12)},
    "regression": {"y": _draw.gamma(2.0, 1e4, size=N)},
    "vector": {"y": _draw.normal(10, 3, size=N), "z": _draw.normal(-1e4, 500, size=N)},
    "count": {"cnt": _draw.poisson(4.0, size=N).astype(float)},
    "bounded": {"share": _draw.beta(2, 3, size=N)},
    "quantile": {"y": _draw.gamma(2.0, 1e4, size=N)},
    "forecast": {"sales": _draw.normal(100, 5, size=N).cumsum()},
    "ranking": {"grade": np.array([3.0, 0.0, 0.0, 0.0, 2.0] * 12), "query": np.repeat(np.arange(12.0), 5)},
    "segmentation": {"mask": np.array(_masks(), dtype=object)},
}
SETS = {"y": np.array(_sets, dtype=object)}
"""The labels of one column, several in a cell."""
