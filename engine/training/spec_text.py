"""The declarative preparation of free text: terms that are counted; no arithmetic."""

from __future__ import annotations

from engine.text.tokens import Unit
from engine.training.parts import PartOfInput
from engine.values import Count, Positive, Value


class Bigrams(Value, frozen=True, tag_field="encoder", tag="bigrams"):
    """Free text by its tokens and pairs of neighbours: (1 + log count) · weight of each term of `vocabulary`.

    Each text that has such a term is then scaled to the Euclidean length `length`, so that long texts do not count for
    more; another has zeros only. `unit` says what a token is.
    """

    name: str
    vocabulary: tuple[str, ...]
    weights: tuple[float, ...]
    length: Positive
    unit: Unit = "word"
    missing: bool = False

    @property
    def features(self) -> tuple[str, ...]:
        present = tuple(f"{self.name} has {term}" for term in self.vocabulary)
        return (*present, *((f"{self.name} is missing",) if self.missing else ()))

    @property
    def parts_of_input(self) -> tuple[PartOfInput, ...]:
        return (PartOfInput(kind="plain", width=len(self.vocabulary) + self.missing),)


class Tokens(Value, frozen=True, tag_field="encoder", tag="tokens"):
    """Free text by the numbers of its first `length` tokens in their order, for a network to embed.

    A token's number is its place in `vocabulary`, from 2 on; 1 is every other token, 0 stands after the end of a text.
    """

    name: str
    vocabulary: tuple[str, ...]
    length: Count
    unit: Unit = "word"

    @property
    def size(self) -> int:
        """How many numbers there are."""
        return 2 + len(self.vocabulary)

    @property
    def features(self) -> tuple[str, ...]:
        return tuple(f"{self.name} token {place}" for place in range(1, self.length + 1))

    @property
    def parts_of_input(self) -> tuple[PartOfInput, ...]:
        return (PartOfInput(kind="sequence", width=self.length, size=self.size),)
