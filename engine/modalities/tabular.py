"""Tables: text, Parquet, Arrow, JSON Lines and ARFF, in one file or several; one row per unit of prediction."""

from pathlib import Path

from engine.data.several import kind_of
from engine.modality import Modality


def accepts(path: Path) -> bool:
    return kind_of(path) is not None


MODALITY = Modality(
    name="tabular",
    title="A table: CSV, Parquet, Arrow, JSON Lines, ARFF",
    depth="REAL",
    accepts=accepts,
    read="engine.data.read:read",
    decide="engine.training.decide:decide",
    space="engine.training.space:tabular",
    pieces=True,
)
