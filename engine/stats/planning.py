"""Sizes of what happens after shipping: A/B test, audit, survey, monitoring chunk, votes on a label.

Standard library only: the process that draws calls it for advice.
"""

from math import ceil, comb, erfc, sqrt
from statistics import NormalDist

from engine.stats.power import ALPHA, POWER, standard_error

WEEK = 7
SHORTEST_WEEKS = 2
"""An A/B test covers at least two whole weeks: weekdays differ, and novelty wears off."""
SAMPLE_RATIO_P = 0.001
"""Below this p the arms' sizes cannot be chance, and the A/B test is void."""


def rule_of_three(n: int) -> float:
    """Upper 95 % limit of a share of which nothing was seen in n rows: 3 / n (Hanley and Lippman-Hand, 1983)."""
    return min(1.0, 3 / n) if n > 0 else 1.0


def ab_test_size(base_rate: float, delta: float, alpha: float = ALPHA, power: float = POWER) -> int:
    """Users per arm to see a rate move from `base_rate` by `delta` (a difference of shares, either sign).

    Normal formula with pooled variance under no effect (Fleiss, 1981). Errors: ValueError where the rates leave 0 to 1.
    """
    other = base_rate + delta
    if delta == 0 or not (0 <= base_rate <= 1 and 0 <= other <= 1):
        raise ValueError("base_rate and base_rate + delta must be shares, and delta not 0")
    mean = (base_rate + other) / 2
    z_alpha, z_power = NormalDist().inv_cdf(1 - alpha / 2), NormalDist().inv_cdf(power)
    spread = z_alpha * sqrt(2 * mean * (1 - mean)) + z_power * sqrt(base_rate * (1 - base_rate) + other * (1 - other))
    return max(2, ceil((spread / delta) ** 2))


def ab_test_days(per_arm: int, eligible_per_day: float, arms: int = 2) -> int:
    """Days an A/B test takes: all arms' users over the eligible ones per day, in whole weeks, two at least."""
    if eligible_per_day <= 0:
        raise ValueError("eligible_per_day must be above 0")
    return WEEK * max(SHORTEST_WEEKS, ceil(arms * per_arm / eligible_per_day / WEEK))


def ab_test_detectable(base_rate: float, per_arm: int, alpha: float = ALPHA, power: float = POWER) -> float | None:
    """Smallest rise of a rate that so many users per arm can show, or None if no rise can be shown."""
    low, high = 0.0, 1 - base_rate
    if high <= 0 or ab_test_size(base_rate, high, alpha, power) > per_arm:
        return None
    for _ in range(60):
        middle = (low + high) / 2
        if middle > 0 and ab_test_size(base_rate, middle, alpha, power) <= per_arm:
            high = middle
        else:
            low = middle
    return high


def sample_ratio_p(n_a: int, n_b: int, share_a: float = 0.5) -> float:
    """p of the arms' sizes under the planned share (χ², 1 df); below SAMPLE_RATIO_P the test is void."""
    expected_a, expected_b = (n_a + n_b) * share_a, (n_a + n_b) * (1 - share_a)
    chi2 = (n_a - expected_a) ** 2 / expected_a + (n_b - expected_b) ** 2 / expected_b
    return erfc(sqrt(chi2 / 2))


def audit_size(rate: float, half_width: float, population: int | None = None, level: float = 0.95) -> int:
    """Rows to check by hand so that a rate near `rate` is known to ± `half_width`, with finite population correction.

    Cochran (1977). Errors: ValueError for a half-width that is not above 0.
    """
    if half_width <= 0:
        raise ValueError("half_width must be above 0")
    z = NormalDist().inv_cdf(0.5 + level / 2)
    n = z**2 * rate * (1 - rate) / half_width**2
    if population is None:
        return max(1, ceil(n))
    return min(population, max(1, ceil(n / (1 + (n - 1) / population))))


def survey_size(rate: float, half_width: float, response_rate: float, population: int | None = None) -> int:
    """People to invite so that enough answer; who answers may differ from who does not, and no size mends that."""
    if not 0 < response_rate <= 1:
        raise ValueError("response_rate must be above 0 and at most 1")
    return ceil(audit_size(rate, half_width, population) / response_rate)


def chunk_size(
    metric_name: str,
    delta: float,
    positive_share: float = 0.5,
    guess: float | None = None,
    spread: float | None = None,
) -> int:
    """Labelled rows per monitoring chunk so that the metric's standard error is at most delta / 2."""
    sample = 1e6
    error = standard_error(metric_name, sample, sample * positive_share, guess, spread)
    return max(1, ceil(sample * (2 * error / delta) ** 2))


def majority_error(voters: int, error: float) -> float:
    """Chance that the majority of independent voters, each wrong with chance `error`, is wrong; a tie is a toss."""
    if voters < 1:
        raise ValueError("voters must be at least 1")

    def exactly(wrong: int) -> float:
        return comb(voters, wrong) * error**wrong * (1 - error) ** (voters - wrong)

    lost = sum(exactly(wrong) for wrong in range(voters // 2 + 1, voters + 1))
    return lost + (exactly(voters // 2) / 2 if voters % 2 == 0 else 0.0)


def preference_size(gain: float, alpha: float = ALPHA, power: float = POWER) -> int:
    """Comparisons of two things to see that one is preferred in a share 0.5 + `gain` of them (normal formula).

    Errors: ValueError for a gain outside 0 to 0.5.
    """
    if not 0 < gain < 0.5:
        raise ValueError("a gain over one half lies between 0 and 0.5")
    z_alpha, z_power = NormalDist().inv_cdf(1 - alpha / 2), NormalDist().inv_cdf(power)
    share = 0.5 + gain
    return ceil(((z_alpha * 0.5 + z_power * sqrt(share * (1 - share))) / gain) ** 2)


def rating_size(difference: float, spread: float, alpha: float = ALPHA, power: float = POWER) -> int:
    """Items rated for both of two things to see a mean difference; `spread` is that of an item's difference."""
    factor = NormalDist().inv_cdf(1 - alpha / 2) + NormalDist().inv_cdf(power)
    return max(2, ceil((factor * spread / difference) ** 2))


def comparisons_size(systems: int, gain: float, alpha: float = ALPHA, power: float = POWER) -> int:
    """Comparisons, over all pairs, to put `systems` in order: each pair's preference at alpha over the pairs."""
    pairs = comb(systems, 2)
    return pairs * preference_size(gain, alpha / pairs, power)


def logged_size(actions: int, margin: float, alpha: float = ALPHA) -> int:
    """Decisions taken evenly at random among `actions` that tell a fixed rule's rate of success to ± `margin`.

    Weighting by 1 over the chance of an action leaves 1 of `actions` decisions that count (the rate 0.5, the worst).
    """
    z_alpha = NormalDist().inv_cdf(1 - alpha / 2)
    return ceil(z_alpha**2 * (actions * 0.5 - 0.25) / margin**2)
