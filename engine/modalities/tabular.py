"""Tables: delimited text and Parquet, one row per unit of prediction."""

from pathlib import Path

from engine.modality import Modality

SUFFIXES = {".csv", ".tsv", ".txt", ".data", ".parquet", ".pq"}


def accepts(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES


MODALITY = Modality(
    name="tabular",
    title="A table: CSV, TSV or Parquet",
    depth="REAL",
    accepts=accepts,
    read="engine.data.read:read",
    decide="engine.training.decide:decide",
    space="engine.training.space:tabular",
)
