"""Whether prepared rows fit into memory, or have to be read from their file for every epoch; pure, nothing heavy."""

from __future__ import annotations

from engine.text.shape import most_terms
from engine.training.decide import Recipe

SHARE = 0.5
"""Of the memory that is free, so much may be taken by prepared rows."""
COPIES = 3
"""How often prepared rows are there at a time in memory: all folds' shape, as they are made, and on the device."""
WIDTHS = {"onehot": 2, "embedding": 1, "date": 8, "words": 1, "bigrams": 1, "tokens": 0, "drop": 0}
"""Inputs of a column by its action, besides those of its values or words; 2 for any number."""


def widest(recipe: Recipe, rows: int) -> int:
    """Inputs that a preparation by this recipe, fitted on so many rows, has at most."""
    values = {"onehot": recipe.max_categories, "embedding": recipe.max_categories, "words": recipe.max_words}
    terms = sum(
        min(recipe.shape(made.column).terms, most_terms(rows)) for made in recipe.decisions if made.action == "bigrams"
    )
    terms += sum(recipe.shape(made.column).length for made in recipe.decisions if made.action == "tokens")
    return terms + sum(WIDTHS.get(made.action, 2) + values.get(made.action, 0) for made in recipe.decisions)


def too_large(rows: int, recipe: Recipe, free: int | None) -> bool:
    """Whether `rows` prepared by this recipe would not fit into `free` bytes; False where nobody knows what is free."""
    times = 1 + (recipe.copies.times if recipe.copies else 0)
    return free is not None and 4 * rows * times * widest(recipe, rows) * COPIES > SHARE * free
