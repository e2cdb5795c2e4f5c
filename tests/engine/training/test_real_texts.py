"""English and Korean texts by counts of words and pairs: the linear model lands where published ones do."""

import numpy as np
import pytest

from engine.data.folds import make
from engine.data.read import read
from engine.tasks import TASKS
from engine.text.shape import measured
from engine.training.decide import Decision, Recipe
from engine.training.kind import fit_target, kind_of
from engine.training.references import refer


@pytest.mark.parametrize(
    ("file", "text", "target", "low", "high"),
    [
        ("sms_spam/sms_spam.csv", "text", "type", 0.976, 0.995),
        ("nsmc_korean/ratings_subset.txt", "document", "label", 0.74, 0.82),
    ],
)
def test_the_linear_model_on_counts_is_as_good_as_is_known(shared_data, file, text, target, low, high) -> None:
    frame, _ = read(shared_data / file)
    frame = frame.dropna().reset_index(drop=True)
    code = fit_target("binary", {target: frame[target].to_numpy()})
    y = code.encode({target: frame[target].to_numpy()})
    fold = make("kfold", n=len(frame), k=4, repeats=1, seed=3, stratify=y)[0]
    recipe = Recipe(
        decisions=(Decision(column=text, action="tokens", why="test"),), texts={text: measured(list(frame[text]))}
    )
    learn = kind_of(TASKS["binary"]).learn
    found = refer("linear", frame[[text]], y, [fold], recipe, code=code, learn=learn, seed=1)
    accuracy = np.mean((found.predictions > 0.5) == y[found.rows])
    assert low < accuracy < high
