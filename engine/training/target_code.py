"""How targets become numbers and back, written down as `target.json`: what a fold fitted, and numpy that applies it.

Four forms of the same numbers: raw columns; y, the truth that metrics take; what the network learns (`wanted`, from y,
and `told` back); p, the predictions that metrics take (`natural`, from the network's outputs). They are shipped.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from numpy.typing import NDArray

from engine.training.target_amounts import AmountTarget, QuantileTarget
from engine.training.target_classes import ClassTarget, GradeTarget, LabelTarget
from engine.training.target_forecast import ForecastTarget
from engine.training.target_lists import ListTarget
from engine.training.target_masks import MaskTarget

TargetCode: TypeAlias = (
    ClassTarget | GradeTarget | LabelTarget | AmountTarget | ForecastTarget | QuantileTarget | ListTarget | MaskTarget
)


def columns_of(code: TargetCode) -> tuple[str, ...]:
    """The columns that targets are encoded from: their own, and that of the lists that rows are put in order within."""
    return (*code.columns, code.group) if isinstance(code, ListTarget) else code.columns


def columns_of_answer(code: TargetCode, p: NDArray[Any], threshold: float = 0.5) -> dict[str, Any]:
    """Predictions as columns of a table: `prediction` (or one per target), then numbers beside it, as `p:CLASS`."""
    decided = code.decide(p, threshold)
    word, numbers = code.details(p)
    several = [f"prediction:{name}" for name in code.columns] if len(code.columns) > 1 and not word else []
    table = {head: [row[name] for row in decided] for head, name in zip(several, code.columns, strict=bool(several))}
    return (table or {"prediction": decided}) | {f"{word[:1]}:{name}": each for name, each in numbers.items()}
