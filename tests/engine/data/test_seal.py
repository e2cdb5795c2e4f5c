"""The test set: who is drawn, what keeps together, what is on disk, and that opening it is recorded and checked."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from engine import ledger
from engine.data.draw import Drawn, Kind, draw, twins
from engine.data.read import read
from engine.data.seal import load_development, load_unlabelled, open_sealed, read_seal, write
from engine.errors import UserError


def made(n: int, seed: int = 1, groups: int = 0) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "x": random.normal(size=n),
            "word": pd.Series(random.choice(np.array(["a", "b", None], dtype=object), n), dtype=object),
            "y": pd.Series(random.choice(["no", "yes"], n, p=[0.9, 0.1]), dtype=object),
        }
    )
    return frame.assign(group=[f"g{number}" for number in random.integers(0, groups, n)]) if groups else frame


@pytest.mark.parametrize("kind", ["random", "stratified"])
@pytest.mark.parametrize("seed", range(1, 6))
def test_share_seed_and_order(kind: Kind, seed: int) -> None:
    frame = made(2000)
    drawn = draw(frame, share=0.2, seed=seed, kind=kind, target="y")
    assert abs(drawn.mask.mean() - 0.2) < 0.04
    assert (draw(frame, share=0.2, seed=seed, kind=kind, target="y").mask == drawn.mask).all()
    assert (draw(frame, share=0.2, seed=seed + 10, kind=kind, target="y").mask != drawn.mask).any()
    turned = frame.sample(frac=1, random_state=seed)
    again = draw(turned, share=0.2, seed=seed, kind=kind, target="y")
    assert set(turned.index[again.mask]) == set(frame.index[drawn.mask])


@pytest.mark.parametrize("kind", ["random", "group"])
def test_added_rows_change_no_other(kind: Kind) -> None:
    frame = made(3000, groups=400)
    first = draw(frame[:2000], share=0.2, seed=3, kind=kind, target="y", group="group")
    both = draw(frame, share=0.2, seed=3, kind=kind, target="y", group="group")
    assert (both.mask[:2000] == first.mask).all()
    assert both.mask[2000:].any()


def test_every_class_is_there_with_its_share() -> None:
    frame = made(1000)
    frame.loc[:2, "y"] = "rare"
    frame.loc[3, "y"] = "once"
    drawn = draw(frame, share=0.2, seed=1, kind="stratified", target="y")
    for word, rows in frame.groupby("y").groups.items():
        wanted = {"rare": 1, "once": 0}.get(str(word), 0.2 * len(rows))
        assert abs(drawn.mask[rows].sum() - wanted) < 1
    assert "1 classes of one kind" in drawn.why


def test_an_amount_is_stratified_by_its_tenths() -> None:
    frame = made(1000).assign(y=np.random.default_rng(5).exponential(size=1000))
    drawn = draw(frame, share=0.2, seed=1, kind="stratified", target="y")
    top = frame["y"] > frame["y"].quantile(0.9)
    assert abs(drawn.mask[top].mean() - 0.2) < 0.02


@pytest.mark.parametrize("kind", ["random", "stratified"])
def test_equal_rows_land_on_one_side(kind: Kind) -> None:
    frame = made(1000)
    doubled = pd.concat([frame, frame[::3], frame[::7]], ignore_index=True)
    drawn = draw(doubled, share=0.3, seed=2, kind=kind, target="y")
    sides = pd.Series(drawn.mask).groupby(doubled.fillna({"word": "-"}).apply(tuple, axis=1)).nunique()
    assert sides.max() == 1
    assert twins(doubled, drawn.mask, ["x", "word"]) == ()


def test_equal_inputs_land_on_one_side_whatever_their_target() -> None:
    frame = made(1000)
    doubled = pd.concat([frame, frame.assign(y="other")], ignore_index=True)
    drawn = draw(doubled, share=0.3, seed=2, kind="random", target="y")
    assert (drawn.mask[:1000] == drawn.mask[1000:]).all()


def test_of_several_targets_none_may_be_missing_and_none_counts_as_an_input(tmp_path: Path) -> None:
    frame = made(500).assign(z=np.random.default_rng(5).normal(size=500))
    frame = pd.concat([frame, frame.assign(y="no", z=0.0)], ignore_index=True)
    frame.loc[:40, "z"] = np.nan
    drawn = draw(frame, share=0.2, seed=2, kind="random", target="y", others=("z",))
    assert not drawn.mask[:41].any()
    assert (drawn.mask[41:500] == drawn.mask[541:]).all() and drawn.mask.any()
    seal = write(tmp_path, frame, drawn, target="y", others=("z",))
    assert seal.unlabelled == 41 and len(load_unlabelled(tmp_path)) == 41
    assert seal.development + seal.rows == len(frame) - 41


def test_wine_has_no_twins_across_its_seal(shared_data: Path) -> None:
    frame, _ = read(shared_data / "wine_quality_white" / "winequality-white.csv")
    columns = list(frame.columns)
    assert frame.duplicated().sum() == 937
    drawn = draw(frame, share=0.2, seed=1, kind="stratified", target="column_12")
    assert twins(frame, drawn.mask, columns) == ()
    at_random = np.random.default_rng(1).random(len(frame)) < 0.2
    assert len(twins(frame, at_random, columns)) > 100


def test_twins_are_those_that_pandas_finds() -> None:
    frame = made(300).round({"x": 1})
    mask = np.random.default_rng(1).random(300) < 0.3
    found = twins(frame, mask, ["x", "word"])
    sealed = set(frame.loc[mask, ["x", "word"]].fillna("-").itertuples(index=False, name=None))
    rows = frame[["x", "word"]].fillna("-").itertuples(index=False, name=None)
    assert found == tuple(row for row, values in enumerate(rows) if not mask[row] and values in sealed)
    assert found


def test_any_missing_number_equals_any_other() -> None:
    quiet = np.array([0x7FF8000000000000, 0xFFF8000000000000, 0x7FF8000000000001], dtype=np.uint64).view(float)
    assert twins(pd.DataFrame({"x": quiet}), np.array([True, False, False]), ["x"]) == (1, 2)


def test_a_handful_of_contents_is_drawn_copy_by_copy() -> None:
    frame = pd.DataFrame({"x": np.arange(1000.0) % 4, "y": np.arange(1000.0) % 3})
    drawn = draw(frame, share=0.2, seed=1, kind="random", target="y")
    assert abs(drawn.mask.mean() - 0.2) < 0.06
    assert frame.loc[drawn.mask, "x"].nunique() == 4


@pytest.mark.parametrize("groups", [3, 10, 41, 400])
def test_groups_stay_whole(groups: int) -> None:
    frame = made(3000, groups=groups)
    drawn = draw(frame, share=0.2, seed=1, kind="group", group="group", target="y")
    sealed, kept = set(frame.loc[drawn.mask, "group"]), set(frame.loc[~drawn.mask, "group"])
    assert sealed
    assert kept
    assert not sealed & kept
    assert abs(drawn.mask.mean() - 0.2) < 0.5 / groups + 0.06


def test_rows_without_a_group_stand_for_themselves() -> None:
    frame = made(500, groups=20)
    frame.loc[::2, "group"] = None
    drawn = draw(frame, share=0.2, seed=1, kind="group", group="group", target="y")
    alone = frame["group"].isna()
    assert 0 < drawn.mask[alone].mean() < 1
    assert not set(frame.loc[drawn.mask & ~alone, "group"]) & set(frame.loc[~drawn.mask & ~alone, "group"])


def test_the_latest_rows_are_sealed_and_equal_times_stay_together() -> None:
    frame = made(1000)
    frame["when"] = pd.Timestamp(2020, 1, 1) + pd.to_timedelta(np.random.default_rng(1).integers(0, 50, 1000), "D")
    frame.loc[5, "when"] = pd.NaT
    drawn = draw(frame, share=0.2, seed=1, kind="time", time="when", target="y")
    assert frame.loc[drawn.mask, "when"].min() > frame.loc[~drawn.mask, "when"].max()
    assert abs(drawn.mask.mean() - 0.2) < 0.03
    assert not drawn.mask[5]
    assert "1 rows without a time" in drawn.why


def test_file_order_as_time() -> None:
    drawn = draw(made(100), share=0.25, seed=1, kind="time", target="y")
    assert drawn.mask.tolist() == [False] * 75 + [True] * 25


@pytest.mark.parametrize(
    ("frame", "options", "sentence"),
    [
        (made(10), {"share": 0.0, "kind": "random"}, "data.test_share: 0 is not between"),
        (made(1), {"share": 0.2, "kind": "random"}, "too few to seal"),
        (made(10).assign(y=None), {"share": 0.2, "kind": "random", "target": "y"}, "0 rows with a known target"),
        (made(10).assign(g="one"), {"share": 0.2, "kind": "group", "group": "g"}, "'g' holds one group only"),
        (made(10), {"share": 0.2, "kind": "time", "time": "y"}, "'y' holds no dates or numbers"),
        (made(10).assign(t=1.0), {"share": 0.2, "kind": "time", "time": "t"}, "'t' holds one time only"),
        (made(10), {"share": 0.2, "kind": "group"}, "name it in framing"),
        (pd.DataFrame({"x": [1.0, 1.0, 1.0]}), {"share": 0.2, "kind": "random"}, "all rows are alike"),
    ],
)
def test_refusals(frame: pd.DataFrame, options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        draw(frame, seed=1, **options)


@pytest.fixture
def sealed(tmp_path: Path) -> tuple[Path, pd.DataFrame, Drawn]:
    frame = made(500)
    frame["when"] = pd.Timestamp(2020, 1, 1) + pd.to_timedelta(np.arange(500), "h")
    frame["empty"] = pd.Series([None] * 500, dtype=object)
    frame["gaps"] = np.where(np.arange(500) % 3, np.nan, 1.5)
    frame.loc[::10, "y"] = None
    drawn = draw(frame, share=0.2, seed=1, kind="stratified", target="y")
    write(tmp_path, frame, drawn, target="y")
    return tmp_path, frame, drawn


def test_the_three_files_hold_every_row_once(sealed: tuple[Path, pd.DataFrame, Drawn]) -> None:
    project, frame, drawn = sealed
    parts = [load_development(project), load_unlabelled(project), open_sealed(project, lambda: None)]
    pd.testing.assert_frame_equal(pd.concat(parts).sort_index(), frame, check_names=False, check_index_type=False)
    assert [str(kind) for kind in parts[0].dtypes] == [str(kind) for kind in frame.dtypes]
    seal = read_seal(project)
    assert (seal.rows, seal.development, seal.unlabelled) == (drawn.rows, 450 - drawn.rows, 50)
    assert parts[1]["y"].isna().all()
    assert set(parts[2].index) == set(np.flatnonzero(drawn.mask))


def test_the_opening_is_in_the_ledger_before_a_row_is_read(sealed: tuple[Path, pd.DataFrame, Drawn]) -> None:
    project, _, _ = sealed

    def refused() -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        open_sealed(project, refused)
    (project / "data" / "sealed.parquet").rename(project / "away")

    def record() -> None:
        ledger.record(project, "opening", "evaluation", "test")
        (project / "away").rename(project / "data" / "sealed.parquet")

    assert len(open_sealed(project, record)) == read_seal(project).rows
    assert ledger.count(project, "opening") == 1


def test_a_changed_or_missing_test_set_is_not_used(sealed: tuple[Path, pd.DataFrame, Drawn]) -> None:
    project, _, _ = sealed
    path = project / "data" / "sealed.parquet"
    content = bytearray(path.read_bytes())
    content[100] ^= 1
    path.write_bytes(content)
    with pytest.raises(UserError, match="not the rows that were sealed"):
        open_sealed(project, lambda: None)
    path.unlink()
    with pytest.raises(UserError, match="not the rows that were sealed"):
        open_sealed(project, lambda: None)


def test_before_the_data_step(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="run the data step first"):
        load_development(tmp_path)
    with pytest.raises(UserError, match="nothing is sealed yet"):
        open_sealed(tmp_path, lambda: None)


def test_the_digest_tells_which_rows_are_sealed(tmp_path: Path) -> None:
    frame = made(300)
    digests = set()
    for place, seed in enumerate((1, 1, 2)):
        drawn = draw(frame, share=0.2, seed=seed, kind="random", target="y")
        digests.add(write(tmp_path / str(place), frame, drawn, target="y").digest)
    assert len(digests) == 2
