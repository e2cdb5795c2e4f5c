"""Labels that contradict what all other rows say: confident learning (Northcutt, Jiang and Chuang, 2021).

It ranks rows for a person to look at and leaves none out: a rare case looks like a wrong label.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from engine.audit.effect import MOST, matrix, parts, predicted
from engine.audit.sample import LISTED, class_word, places, prose
from engine.data.folds import Fold
from engine.detector import AuditData, Detector
from engine.errors import UserError
from engine.stats.association import auc
from engine.stats.intervals import wilson
from engine.stats.resampling import draws, interval
from engine.values import Finding

COLUMNS = 40
FEWEST = 20
"""Rows of a class below which it is left out."""

WEAK = 0.7
"""AUC of the model below which its contradictions say nothing."""

REPLICATES = 100
NOTE = 0.01
"""Share of contradicted labels worth a note."""

SURE = 0.7
"""Of the rows given to each class those above this quantile of certainty are the sure ones."""

FLOOR = 0.02
"""Share of sure rows that are labelled otherwise, at the lower end of its interval, from which it is asked about.

Where inputs do not tell, a model is unsure and wrong; where labels are wrong, it is sure and wrong, however sure.
"""

MANY = 0.25
"""Share of contradicted labels above which the inputs are too poor, or classes a matter of degree, not labels wrong."""

LEFT = 0.03
"""Most errors that may be left when contradicted labels are set aside, for these to be told from honest overlap."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Rows (n,) that a model predicted from others: codes (n,) and shares (n, k) of the `kept` classes, and its AUC."""

    rows: np.ndarray
    codes: np.ndarray
    shares: np.ndarray
    kept: np.ndarray
    strength: float


def look(data: AuditData) -> tuple[Finding, ...]:
    found = judged(data)
    if found is None:
        return ()
    if found.strength < WEAK:
        return (_withheld(data, len(found.rows), found.strength),)
    return _found(data, found)


def judged(data: AuditData) -> Judged | None:
    """Predictions of at most MOST rows by a model that did not learn from them; None where none can be made."""
    if not data.classes or data.codes is None:
        return None
    rows = places(data, MOST)
    codes = data.codes[rows].astype(int)
    enough = np.bincount(codes, minlength=int(data.codes.max()) + 1) >= FEWEST
    rows, codes = rows[enough[codes]], codes[enough[codes]]
    if enough.sum() < 2:
        return None
    try:
        shares = _shares(data, rows, codes)
    except UserError:
        return None
    told = np.isfinite(shares.sum(axis=1))
    rows, codes, shares = rows[told], np.cumsum(enough)[codes[told]] - 1, shares[told][:, enough]
    strength = float(np.mean([auc(codes == place, shares[:, place]) for place in range(shares.shape[1])]))
    return Judged(rows, codes, shares, np.flatnonzero(enough), strength)


def noise_of(found: Judged, seed: int) -> tuple[float, float, float]:
    """The share of labels that other rows contradict, and its 95 % interval by the bootstrap of rows."""
    n = len(found.codes)
    noise = 1 - float(np.trace(joint(found.codes, found.shares, np.ones(n))))
    drawn = draws(n, REPLICATES, np.random.default_rng(seed))
    again = np.array([1 - np.trace(joint(found.codes, found.shares, weights)) for chunk in drawn for weights in chunk])
    low, high = interval(noise, again, n) or (noise, noise)
    return noise, max(low, 0.0), high


def _shares(data: AuditData, rows: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Shares of the classes (n, k) from folds that did not hold the row. Errors: UserError where none can be made."""
    divided = parts(data, rows, codes, None)
    texts = prose(data)
    if texts:
        return _of_texts(data, texts[0], rows, codes, divided)
    outside = {name for finding in data.found if finding.severity != "note" for name in finding.drop}
    names = tuple(name for name in data.names if name not in outside)[:COLUMNS]
    if not names:
        raise UserError(f"no input is left to tell {data.target} by")
    return predicted(replace(data, names=names), matrix(data.frame.iloc[rows], names), codes, divided)


def _of_texts(data: AuditData, name: str, rows: np.ndarray, codes: np.ndarray, divided: tuple[Fold, ...]) -> np.ndarray:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    counted = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), min_df=2, sublinear_tf=True)
    inputs = counted.fit_transform(data.frame[name].iloc[rows].fillna(""))
    assert data.codes is not None
    out = np.full((len(rows), int(data.codes.max()) + 1), np.nan)
    for fold in divided:
        model = LogisticRegression(C=10, max_iter=200).fit(inputs[fold.train], codes[fold.train])
        out[fold.test] = 0.0
        out[np.ix_(fold.test, model.classes_)] = model.predict_proba(inputs[fold.test])
    return out


def joint(codes: np.ndarray, shares: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The confident joint (k, k): labels `codes` (n,) against the class each row surely is, as shares of all rows."""
    sure = surely(codes, shares, weights)
    k = shares.shape[1]
    counts = np.zeros((k, k))
    np.add.at(counts, (codes[sure >= 0], sure[sure >= 0]), weights[sure >= 0])
    labelled = np.bincount(codes, weights=weights, minlength=k)
    total = counts.sum(axis=1)
    counts[total == 0] = np.diag(labelled)[total == 0]
    spread = counts / counts.sum(axis=1, keepdims=True).clip(1e-12) * labelled[:, None]
    return np.asarray(spread / spread.sum())


def surely(codes: np.ndarray, shares: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The class (n,) a row surely is: its share is at least the mean share of rows so labelled; -1 where none is."""
    k = shares.shape[1]
    own = np.bincount(codes, weights=weights * shares[np.arange(len(codes)), codes], minlength=k)
    limits = own / np.bincount(codes, weights=weights, minlength=k).clip(1e-12)
    over = np.where(shares >= limits, shares, -1.0)
    best = over.argmax(axis=1)
    return np.where(over[np.arange(len(codes)), best] >= 0, best, -1)


def _found(data: AuditData, found: Judged) -> tuple[Finding, ...]:
    rows, codes, shares, kept, strength = found.rows, found.codes, found.shares, found.kept, found.strength
    n, ones = len(codes), np.ones(len(codes))
    sure = surely(codes, shares, ones)
    against = (sure >= 0) & (sure != codes)
    table = joint(codes, shares, ones)
    noise = 1 - float(np.trace(table))
    if noise < NOTE or not against.any():
        return ()
    _, low, high = noise_of(found, data.seed)
    asked = _stands_out(codes, shares, noise)
    pairs = table - np.diag(np.diag(table))
    given, other = np.unravel_index(pairs.argmax(), pairs.shape)
    words = [class_word(data, float(kept[place])) for place in (given, other)]
    own = shares[np.arange(n), codes]
    worst = np.flatnonzero(against)[np.argsort((own - shares.max(axis=1))[against], kind="stable")]
    meaning = (
        "the model is sure of most of these rows, so the labels are in doubt; "
        f"measured against them no model reaches an accuracy much above {1 - noise:.0%}"
        if asked
        else "wrong labels, or rows that these inputs cannot tell apart: it cannot be said which"
    )
    return (
        Finding(
            detector="label_noise",
            columns=(data.target or "",),
            rows=int(against.sum()),
            sample=n,
            severity="ask" if asked else "note",
            evidence=f"about {noise:.1%} (95 % interval {low:.1%} to {high:.1%}) of {n:,} labels "
            f"contradict what other rows say (AUC {strength:.2f} on rows not learnt from), most often "
            f"{words[0]} that looks like {words[1]}; {meaning}",
            proposal="look at the rows listed, the most doubtful first, and mend wrong labels in the file; none is "
            "left out for it",
            row_ids=tuple(int(row) for row in data.frame.index[rows[worst[:LISTED]]]),
        ),
    )


def _stands_out(codes: np.ndarray, shares: np.ndarray, noise: float) -> bool:
    """Whether even sure predictions are contradicted, and hardly any other error is left."""
    given = shares.argmax(axis=1)
    certain = np.sort(shares, axis=1)
    margin = certain[:, -1] - certain[:, -2]
    top = np.zeros(len(codes), dtype=bool)
    for place in range(shares.shape[1]):
        mine = given == place
        if mine.sum() >= FEWEST:
            top |= mine & (margin >= np.quantile(margin[mine], SURE))
    wrong = given != codes
    if not top.any() or noise > MANY or float(wrong.mean()) - noise > LEFT:
        return False
    return wilson(int(wrong[top].sum()), int(top.sum()))[0] >= FLOOR


def _withheld(data: AuditData, n: int, strength: float) -> Finding:
    return Finding(
        detector="label_noise",
        columns=(data.target or "",),
        sample=n,
        severity="note",
        evidence=f"cannot tell how many labels are wrong: on {n:,} rows not learnt from a model reaches AUC "
        f"{strength:.2f}, and below {WEAK:g} its contradictions say nothing",
        proposal="let a second person label some hundred rows: their agreement tells what a model cannot",
    )


DETECTOR = Detector("label_noise", "Labels that other rows contradict", True, look)
