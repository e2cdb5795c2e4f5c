"""The ladder of larger networks ends where a larger one has nothing left to learn."""

from engine.steps.overfit import Rung
from engine.work.overfit import FULLY, explained


def rung(loss: float) -> Rung:
    return Rung(units=16, layers=1, epochs=2, parameters=1, loss=(0.6, loss), validation_loss=(0.6, 0.5), best_epoch=1)


def test_two_rungs_that_have_learned_their_rows_fully_are_enough() -> None:
    prior = 0.5
    nothing, much = rung(FULLY * prior / 2), rung(0.1)
    assert explained([much, nothing, nothing], prior)
    assert not explained([nothing], prior)
    assert not explained([nothing, much], prior)
    assert not explained([], prior)
