"""Changes of the inputs that the paired test lets in: columns left out, columns made, rows copied with gaps.

What is worth a try is found inside training rows, but summed over folds it has seen every row; so a new column's test
is corrected for all candidates that were screened, not only for those that were trained.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from msgspec import structs

from engine import ledger
from engine.data.folds import Fold
from engine.jobs.context import Context
from engine.steps import Plan
from engine.training.copies import copied
from engine.training.curation import DataTrial
from engine.training.decide import Copies, Recipe
from engine.training.hyper import Hyper
from engine.training.propose import proposals, with_derived, without
from engine.training.screen import Importance, Part, gains, importances
from engine.training.spec import Derived
from engine.values import Comparison
from engine.work.networks import Validated, validate, watched
from engine.work.rows import Rows
from engine.work.scoring import Scored, compare_stacked, score_stacked, scored
from engine.work.settings import recipe_of

Array = np.ndarray

ALPHA = 0.05
LEAST = 200
"""Rows below which no change of the inputs could be shown to matter."""
SCREENED = 3
"""Folds whose training rows screen columns."""
CREATED = 3
"""New columns that are trained with, at most."""
MARGIN = 0.5
"""Share of the gain that matters that leaving something out may cost at worst."""
NOISE = "matters no more than a random probe, and the score is not worse without it"


@dataclass
class Bench:
    """What every trial is measured with; `names` counts the trainings, `until` is when no further one begins."""

    plan: Plan
    context: Context
    rows: Rows
    drawn: Sequence[Fold]
    stacking: Scored
    hyper: Hyper
    until: float
    trained: int = 0
    seconds: list[float] = field(default_factory=list)

    def late(self) -> bool:
        """Whether another training would end too late."""
        return time.monotonic() + max(self.seconds, default=0.0) > self.until

    def predictions(self, recipe: Recipe, what: str, on: tuple[Rows, Sequence[Fold], Scored] | None = None) -> Array:
        """Stacked predictions of the network under another recipe, on these rows or others: one look."""
        rows, drawn, stacking = on or (self.rows, self.drawn, self.stacking)
        self.trained += 1
        self.context.phase(f"inputs: {what}")
        began = time.monotonic()
        found = validate(
            self.plan,
            rows,
            drawn,
            stacking,
            self.hyper,
            self.plan.baseline.epochs or 60,
            self.context,
            f"inputs {self.trained}",
            recipe=recipe,
        ).predictions
        self.seconds.append(time.monotonic() - began)
        ledger.record(self.context.project, "look", "baseline", f"inputs: {what}", self.score(stacking, found, rows))
        return found

    def score(self, stacking: Scored, predictions: Array, rows: Rows | None = None) -> float:
        return score_stacked(
            self.plan.metric.primary or "", rows or self.rows, stacking, predictions, "out of fold"
        ).value

    def compared(self, stacking: Scored, ours: Array, theirs: Array) -> Comparison:
        return compare_stacked(self.plan, self.rows, stacking, ours, theirs)

    @property
    def margin(self) -> float:
        return MARGIN * (self.plan.metric.gain or 0.0)


@dataclass(frozen=True)
class Champion:
    """The inputs that hold so far, and the network's stacked predictions with them."""

    recipe: Recipe
    predictions: Array


def curate(
    plan: Plan,
    context: Context,
    rows: Rows,
    drawn: Sequence[Fold],
    stacking: Scored,
    hyper: Hyper,
    base: Validated,
    seconds: float = float("inf"),
) -> tuple[Recipe, tuple[DataTrial, ...]]:
    """The recipe with what the tests let in, and every trial: removal, then creation, then copies with gaps.

    `base` is the network of `hyper` scored with the plan's recipe; `seconds` after which no further training begins,
    but for the copies, which only a person who gave rates of missing values has asked for.
    Leaving out is accepted when the 95 % interval rules out a loss of MARGIN of the gain that matters (it is then not
    inferior), a new column when it is better at ALPHA after Bonferroni over all that were screened, copies when they
    are better than the control on rows with gaps and not inferior on complete ones. Errors: UserError, Stopped.
    """
    recipe = recipe_of(plan)
    if len(rows) < LEAST:
        why = f"{len(rows)} rows are too few to show that a change of the inputs matters"
        return recipe, (DataTrial(kind="remove", what="nothing tried", why=why),)
    bench = Bench(plan, context, rows, drawn, stacking, hyper, time.monotonic() + seconds)
    champion = Champion(recipe, base.predictions)
    context.phase("inputs: which columns matter more than random probes")
    parts = [_inner(plan, rows, fold) for fold in drawn[:SCREENED]]
    ranked, probe = importances(recipe, rows.inputs, *rows.label, parts, plan.project.seed, context.check)
    champion, removed = _remove(bench, champion, ranked, probe)
    champion, created = _create(bench, champion, [name for each in ranked for name in each.columns])
    champion, gaps = _copies(bench, champion)
    return champion.recipe, (*removed, *created, *gaps)


def _inner(plan: Plan, rows: Rows, fold: Fold) -> Part:
    divided = watched(rows, fold, plan)
    return Part(divided.train, divided.test)


def _remove(
    bench: Bench, champion: Champion, ranked: Sequence[Importance], probe: float
) -> tuple[Champion, tuple[DataTrial, ...]]:
    """Leave out what matters no more than the probes: all of it at once, or else the half that matters least."""
    weak = [each for each in ranked if each.value <= probe]
    if len(weak) == len(ranked):
        weak = weak[1:]
    trials = []
    for some in [weak, weak[len(weak) // 2 :]][: min(2, len(weak))]:
        names = tuple(name for each in some for name in each.columns)
        said = f"without {', '.join(names[:3])}{' ...' if len(names) > 3 else ''}"
        if bench.late():
            trials.append(DataTrial(kind="remove", what=said, columns=names, why="no time was left to try it"))
            break
        recipe = without(champion.recipe, names, NOISE)
        found = bench.predictions(recipe, said)
        comparison = bench.compared(bench.stacking, found, champion.predictions)
        accepted = comparison.low > -bench.margin
        why = NOISE if accepted else f"a loss of {bench.margin:.3g} cannot be ruled out without it"
        trials.append(_trial("remove", said, names, bench, found, champion, comparison, accepted, why))
        if accepted:
            return Champion(recipe, found), tuple(trials)
    return champion, tuple(trials)


def _create(bench: Bench, champion: Champion, ranked: Sequence[str]) -> tuple[Champion, tuple[DataTrial, ...]]:
    """Add the candidates that explain most of what boosted trees leave over, one after the other."""
    rows, recipe = bench.rows, champion.recipe
    candidates = proposals(recipe, rows.inputs, ranked)
    if not candidates:
        return champion, ()
    bench.context.phase(f"inputs: screening {len(candidates)} columns made of others")
    folds = [Part(fold.train, fold.test) for fold in bench.drawn[:SCREENED]]
    explained = gains(recipe, rows.inputs, *rows.label, folds, candidates, bench.plan.project.seed, bench.context.check)
    order = sorted(range(len(candidates)), key=lambda place: -explained[place])
    trials = []
    for place in [place for place in order if explained[place] > 0][:CREATED]:
        champion, trial = _added(bench, champion, candidates[place], len(candidates))
        trials.append(trial)
        if trial.looks == 0:
            break
    return champion, tuple(trials)


def _added(bench: Bench, champion: Champion, made: Derived, screened: int) -> tuple[Champion, DataTrial]:
    said = f"with {made.name}"
    if bench.late():
        return champion, DataTrial(kind="create", what=said, columns=(made.name,), why="no time was left to try it")
    recipe = with_derived(champion.recipe, made, f"made of {' and '.join(made.sources)}: the score is better with it")
    found = bench.predictions(recipe, said)
    comparison = bench.compared(bench.stacking, found, champion.predictions)
    accepted = comparison.low > 0 and comparison.p * screened < ALPHA
    why = f"p = {comparison.p:.2g}, {'proof' if accepted else 'no proof'} after {screened} candidates"
    trial = _trial("create", said, (made.name,), bench, found, champion, comparison, accepted, why)
    return (Champion(recipe, found) if accepted else champion), trial


def _copies(bench: Bench, champion: Champion) -> tuple[Champion, tuple[DataTrial, ...]]:
    """Copies with gaps against as many copies without, on rows with gaps and on complete ones."""
    assert bench.plan.preparation.result is not None
    used = champion.recipe.columns
    rates = {name: rate for name, rate in bench.plan.preparation.result.production_missing.items() if name in used}
    if not rates:
        return champion, ()
    said, names = "copies with gaps as in use", tuple(rates)
    copies = Copies(rates)
    on = _with_gaps(bench, champion.recipe, copies)
    recipe = structs.replace(champion.recipe, copies=copies)
    control = bench.predictions(
        structs.replace(recipe, copies=structs.replace(copies, masked=False)), "as many copies without gaps", on
    )
    found = bench.predictions(recipe, said, on)
    n = len(bench.rows)
    complete, gaps = on[2].rows < n, on[2].rows >= n
    inside, outside = _part(on[2], gaps, n), _part(on[2], complete, n)
    better = bench.compared(inside, found[gaps], control[gaps])
    harmless = bench.compared(outside, found[complete], control[complete])
    accepted = better.low > 0 and harmless.low > -bench.margin
    why = f"on complete rows the difference is {harmless.difference:+.3g} ({harmless.low:+.3g} to {harmless.high:+.3g})"
    trial = DataTrial(
        kind="copies",
        what=said,
        columns=names,
        score_with=bench.score(inside, found[gaps]),
        score_without=bench.score(inside, control[gaps]),
        **_numbers(better),
        accepted=accepted,
        why=why,
        looks=2,
    )
    return (Champion(recipe, found[complete]) if accepted else champion), (trial,)


def _with_gaps(bench: Bench, recipe: Recipe, copies: Copies) -> tuple[Rows, Sequence[Fold], Scored]:
    """The rows and, after them, the same rows with gaps, which are only validated on."""
    rows, n = bench.rows, len(bench.rows)
    once = structs.replace(copies, times=1)
    frame = copied(once, {name: rows.inputs[name] for name in recipe.columns}, n, bench.plan.project.seed + 1)
    twice = rows.some(np.tile(np.arange(n), 2))
    drawn = [Fold(train=fold.train, test=np.concatenate([fold.test, fold.test + n])) for fold in bench.drawn]
    return replace(twice, inputs=pd.DataFrame(frame)), drawn, scored(drawn, bench.stacking.repeats)


def _part(stacking: Scored, chosen: Array, n: int) -> Scored:
    """Some of the stacked rows, by their places among the rows without gaps."""
    rows = stacking.rows[chosen] % n
    return Scored(rows, stacking.fold[chosen], stacking.repeats, np.arange(len(rows)))


def _trial(
    kind: str,
    what: str,
    columns: tuple[str, ...],
    bench: Bench,
    found: Array,
    champion: Champion,
    comparison: Comparison,
    accepted: bool,
    why: str,
) -> DataTrial:
    return DataTrial(
        kind="remove" if kind == "remove" else "create",
        what=what,
        columns=columns,
        score_with=bench.score(bench.stacking, found),
        score_without=bench.score(bench.stacking, champion.predictions),
        **_numbers(comparison),
        accepted=accepted,
        why=why,
        looks=1,
    )


def _numbers(found: Comparison) -> dict[str, float]:
    return {"difference": found.difference, "low": found.low, "high": found.high, "p": found.p}
