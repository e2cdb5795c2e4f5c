"""What is known before each row of a series: by an independent reading of the calendar, and never from later."""

import msgspec
import numpy as np
import pandas as pd
import pytest

from engine.training.past import looked_back, steps_of
from engine.training.spec_past import Past

MONTHLY = Past(target="sold", time="month", unit="months", reach=2, seasons=(4,), others=("price",))
N = 40


def monthly() -> pd.DataFrame:
    """A series of months with a hole, in no order."""
    rng = np.random.default_rng(5)
    month = pd.date_range("2019-01-01", periods=N, freq="MS")
    frame = pd.DataFrame(
        {"month": month.strftime("%Y-%m-%d"), "sold": rng.normal(50, 9, N), "price": rng.uniform(size=N)}
    )
    return frame.drop(index=[11, 12]).sample(frac=1, random_state=3)


def test_lags_are_the_values_so_many_months_before_and_a_hole_stays_one() -> None:
    frame = monthly()
    made = pd.DataFrame(looked_back(MONTHLY, frame), index=pd.PeriodIndex(frame["month"], freq="M")).sort_index()
    assert set(made) <= set(MONTHLY.made)
    sold = pd.Series(frame["sold"].to_numpy(), index=pd.PeriodIndex(frame["month"], freq="M"))
    whole = sold.sort_index().reindex(pd.period_range("2019-01", periods=N, freq="M"))
    last = whole.ffill().shift(2).reindex(made.index)
    assert np.allclose(made[MONTHLY.last], last, equal_nan=True)
    spread = made[MONTHLY.spread]
    for lag in MONTHLY.lags:
        wanted = (whole.shift(lag).reindex(made.index) - last) / spread
        assert np.allclose(made[MONTHLY.lag(lag)], wanted, equal_nan=True), lag
    assert made[MONTHLY.lag(2)].isna().sum() == 4
    known = whole.shift(2)
    mean = known.rolling(4, min_periods=1).mean().reindex(made.index)
    assert np.allclose(made[MONTHLY.mean(4)], (mean - last) / spread, equal_nan=True)
    deep = known.rolling(MONTHLY.window, min_periods=1).std(ddof=0).reindex(made.index)
    usual = (spread > 0) & (deep > 1e-6)
    assert usual.sum() > 30 and np.allclose(spread[usual], deep[usual])
    seasonal = whole.shift(4).reindex(made.index)
    assert np.allclose(made[MONTHLY.seasonal], seasonal.fillna(last), equal_nan=True)


@pytest.mark.parametrize("reach", [1, 2, 5])
@pytest.mark.parametrize("season", [(), (4,), (4, 12)])
def test_nothing_comes_from_later_than_the_reach_allows(reach: int, season: tuple[int, ...]) -> None:
    past = msgspec.structs.replace(MONTHLY, reach=reach, seasons=season)
    frame = monthly()
    steps = steps_of(past, frame)
    before = pd.DataFrame(looked_back(past, frame), index=frame.index)
    for row in range(0, len(frame), 3):
        later = frame.copy()
        hidden = steps > steps[row] - reach
        later.loc[hidden, ["sold", "price"]] = 1e9
        after = pd.DataFrame(looked_back(past, later), index=frame.index)
        pd.testing.assert_series_equal(before.iloc[row], after.iloc[row])
    shown = pd.DataFrame(looked_back(past, frame.assign(sold=frame["sold"] + (steps == np.sort(steps)[9]))))
    assert not np.allclose(shown.to_numpy(float), before.to_numpy(float), equal_nan=True)


def test_series_do_not_look_into_each_other() -> None:
    past = msgspec.structs.replace(MONTHLY, series="shop")
    one, two = monthly().assign(shop="a"), monthly().assign(shop="b")
    two["sold"] *= 100
    both = pd.concat([one, two], ignore_index=True).sample(frac=1, random_state=1)
    made = pd.DataFrame(looked_back(past, both), index=both.index)
    alone = pd.DataFrame(looked_back(past, one), index=one.index)
    together = made[both["shop"] == "a"].assign(month=both["month"]).sort_values("month").drop(columns="month")
    wanted = alone.assign(month=one["month"]).sort_values("month").drop(columns="month")
    assert np.allclose(together.to_numpy(float), wanted.to_numpy(float), equal_nan=True)


def test_rows_without_a_time_are_steps_in_their_order_and_equal_steps_count_as_their_mean() -> None:
    plain = Past(target="y", reach=1)
    made = looked_back(plain, {"y": [3.0, None, 5.0, 8.0]})
    assert np.allclose(made["y last known"], [np.nan, 3, 3, 5], equal_nan=True)
    assert np.allclose(made["y with drift"], [np.nan, 3, 3, 6], equal_nan=True)
    dated = Past(target="y", time="at", unit="seconds", size=3600.0, reach=1)
    at = ["2024-01-01 00:00", "2024-01-01 00:10", "2024-01-01 01:05"]
    made = looked_back(dated, {"y": [1.0, 3.0, 9.0], "at": at})
    assert made["y last known"][2] == 2.0
    assert made["at hour"].tolist() == ["00 h", "00 h", "01 h"] and set(made["at weekday"]) == {"Mon"}
