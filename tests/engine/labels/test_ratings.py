"""Files of several annotators: a column each, or a line per label; what is no such file is refused in one sentence."""

from pathlib import Path

import numpy as np
import pytest

from engine.errors import UserError
from engine.labels.ratings import amounts, read_ratings


def written(folder: Path, text: str) -> Path:
    path = folder / "ratings.csv"
    path.write_text(text)
    return path


SAID = ("yyn", "nnn", "yyy", "nyn")
WIDE = "item,anna,ben,carl\n" + "".join(f"r{n},{a},{b},{c}\n" for n, (a, b, c) in enumerate(SAID))
LONG = "id,annotator,label\n" + "".join(
    f"r{n},{who},{said}\n" for n, row in enumerate(SAID) for who, said in zip(("anna", "ben", "carl"), row, strict=True)
)


def test_both_forms_of_the_same_labels_are_the_same_ratings(tmp_path: Path) -> None:
    wide = read_ratings(written(tmp_path, WIDE))
    long = read_ratings(written(tmp_path, LONG))
    assert wide.raters == long.raters == ("anna", "ben", "carl")
    assert wide.labels == long.labels == ("n", "y")
    assert np.array_equal(wide.codes, long.codes)
    assert np.array_equal(wide.codes[0], [1, 1, 0])


def test_gaps_stay_gaps_and_grades_keep_their_order(tmp_path: Path) -> None:
    path = written(tmp_path, "item,anna,ben\na,10,9\nb,,9\nc,2,2\nd,10,2\ne,9,10\n")
    found = read_ratings(path)
    assert found.labels == ("2", "9", "10")
    assert np.isnan(found.codes[1, 0])
    assert amounts(found, path)[0].tolist() == [10, 9]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("item,anna,note\nr1,y,first\nr2,n,second\nr3,n,third\n", "no labels of several annotators"),
        ("id,annotator,label\nr1,anna,y\nr2,ben,n\nr2,carl,\n", "no item was labelled by two"),
        ("id,annotator,label\nr1,anna,y\nr1,anna,n\nr2,ben,n\n", "anna labelled r1 more than once"),
    ],
)
def test_what_is_no_file_of_several_annotators_is_refused(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=said) as refused:
        read_ratings(written(tmp_path, text))
    assert "ratings.csv" in str(refused.value)
