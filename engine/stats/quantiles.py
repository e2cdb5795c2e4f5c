"""Which quantiles are foretold together (the middle, the quarters, the ends of 90 %), and the middle of shares."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
ENDS = (LEVELS[0], LEVELS[-1])
MIDDLE = LEVELS.index(0.5)


def middle(shares: NDArray[Any]) -> NDArray[np.int64]:
    """The median of each row of shares (n, k) of ordered values: the place with the least expected distance (n,)."""
    # A share of just one half counts as reached, whatever the last bit says.
    return np.asarray((np.cumsum(shares, axis=1)[:, :-1] < 0.5 - 1e-9).sum(axis=1), dtype=np.int64)
