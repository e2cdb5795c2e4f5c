"""A plan in which every step has a result, made by hand, with names and numbers that are hard to draw."""

import math

import msgspec

from engine.advice import resolve
from engine.data.schema import Column, Manner, Preview, Reading, Rejected, TargetSummary, Top
from engine.labels.schema import Gauge, LabelsResult, Option
from engine.representative.schema import Stratum, Weighting
from engine.search.results import Best, Ensemble, Importance, Member, Spread, TrialRow, TuningResult
from engine.staleness import seen
from engine.steps import STEPS, Plan, Project
from engine.steps.baseline import Attempt, Baseline, BaselineResult, Hypothesis, Rival, SmallNetwork
from engine.steps.data import Data, DataResult, Sealed
from engine.steps.deployment import Artifact, Deployment, DeploymentResult, Latency, Verified, options
from engine.steps.evaluation import (
    Beside,
    Diagnosis,
    Evaluation,
    EvaluationResult,
    PerThousand,
    Rate,
    Slice,
    WorstCase,
)
from engine.steps.framing import Framing, FramingResult, TaskFit
from engine.steps.labels import Labels
from engine.steps.metric import Metric, MetricResult
from engine.steps.monitoring import Experiment, Monitoring, MonitoringResult, Reference, Sample
from engine.steps.overfit import Overfit, OverfitResult, Rung, Sanity, Shuffled
from engine.steps.preparation import Preparation, PreparationResult
from engine.steps.protocol import Protocol, ProtocolResult
from engine.steps.tuning import Tuning
from engine.training.curation import DataTrial
from engine.training.decide import BeforeAfter, Decision, Imputed, Recipe
from engine.training.rates import RangeTest, RatePoint
from engine.values import Comparison, Finding, Named, Record, Score

LONG = "a very long column name that nobody would type twice, with 日本語 and a\ttab"
HOSTILE = "evil\x1b[31m\nname\u202e"
RECORD = Record(seconds=12.4, finished="2026-01-31T10:20:30+00:00", job="0001-x")


def _score(value: float, low: float | None = None, high: float | None = None, metric: str = "roc_auc") -> Score:
    return Score(metric=metric, value=value, low=low, high=high, n=1047, how="5 folds")


def reading() -> Reading:
    return Reading(
        path="titanic.csv",
        digest="ab" * 32,
        rows=1309,
        columns=(
            Column("survived", "boolean", 1309, distinct=2, top=(Top("0", 809), Top("1", 500))),
            Column("age", "numeric", 1309, 263, 98, 0.17, 80.0, 29.9, 14.4, (0.17, 21.0, 28.0, 39.0, 80.0)),
            Column("fare", "numeric", 1309, 1, 281, 0.0, 512.3292, 33.3, 51.8, (0.0, 7.9, 14.45, 31.3, 512.3292)),
            Column(
                "name", "text", 1309, 0, 1307, examples=("Allen, Miss. Elisabeth Walton", "Allison, Master. Hudson")
            ),
            Column("sailed", "date", 1309, 3, 4, earliest="1912-04-10", latest="1912-04-15"),
            Column(LONG, "categorical", 1309, 1014, 186, top=(Top("C23 C25 C27", 6), Top("G6", 5))),
            Column(HOSTILE, "empty", 1309, 1309),
        ),
        assumptions=("UTF-8 text, separated by commas", "the first line holds the names of the columns"),
        preview=Preview(("survived",), (("1",),)),
        manner=Manner("yes", "cp1252", "comma", "point", "day", "#"),
        rejected=12,
        rejects=(Rejected(14, 2, "1,Allen"), Rejected(1310, 15, f"{HOSTILE}, and cells without end" * 5)),
        doubts={"dates": "sailed: dates such as 10/04/1912 may be read in two ways"},
    )


TARGET = TargetSummary("survived", "boolean", distinct=2, counts=(Top("0", 809), Top("1", 500)))
AMOUNT = TargetSummary(
    "price", "numeric", 4, 3842, minimum=14999.0, maximum=500001.0, mean=206855.8, std=115395.6, skew=0.978
)


def _framing() -> Framing:
    fits = (TaskFit("binary", 1.0, "survived takes exactly two values"),)
    result = FramingResult(reading(), TARGET, fits, ("who acts on a prediction", "which decision changes"))
    return Framing(target=("survived",), task="binary", result=result, record=RECORD)


def _data() -> Data:
    findings = (
        Finding(
            detector="target_copy",
            columns=("boat",),
            rows=486,
            severity="block",
            evidence="boat is known for 98.1 % of the survivors and 1.1 % of the others: alone it reaches 0.985",
            proposal="leave out boat: it is filled in only after the outcome",
            drop=("boat",),
        ),
        Finding(
            detector="sentinel",
            columns=("fare",),
            rows=17,
            severity="ask",
            evidence="17 \u00d7 0",
            proposal="read 0 as missing",
        ),
        Finding(
            detector="near_constant", columns=(HOSTILE,), severity="ask", evidence="1 value", proposal="leave it out"
        ),
        Finding(detector="imbalance", severity="note", evidence="38.2 % are positive", proposal="nothing to do"),
    )
    decisions = {"target_copy:boat": "accept", "sentinel:fare": "override: free passages are real"}
    strata = tuple(
        Stratum(column="sex", value=value, wanted=0.5, rows=rows, before=rows / 1047, after=0.5, factor=523.5 / rows)
        for value, rows in (("female", 371), ("male", 676))
    )
    weighting = Weighting(
        rows=1047,
        effective=956.6,
        largest=1.41,
        trimmed=0,
        limit=1.41,
        scale=1.0,
        used=True,
        strata=strata,
        notes=("sex = unknown is 1.0% of the population and no row: no weight mends that, collect some",),
    )
    sealed = Sealed("stratified", "each part has the same share of classes", 262, 1047, "cd" * 32, 3)
    disagreements = ("framing says rows have a time, the file holds none",)
    return Data(
        decisions=decisions,
        result=DataResult(reading(), TARGET, sealed, findings, disagreements=disagreements, weighting=weighting),
        record=RECORD,
    )


def _labels() -> Labels:
    ways = (
        Option("self", True, "labelling some rows yourself shows what is hard", 0.35, 5.6),
        Option("crowd", False, "data must stay with the user", 0.05, 2.0),
    )
    gauges = (
        Gauge(name="amount", unit="lower error with twice the rows", n=40, sentence="cannot be told: 40 rows are few"),
        Gauge(name="reliability", unit="wrong labels", n=1047, sentence="told", value=0.1, low=0.06, high=0.14),
    )
    return Labels(
        result=LabelsResult(0.947, "two agree on 90 %", ways, ("labels are one person's word",), 14.0, gauges=gauges),
        record=RECORD,
    )


def _metric() -> Metric:
    names, metrics = ("majority", "prior", "one_rule"), ("roc_auc", "accuracy", "f1", "log_loss")
    naive = tuple(
        Named(name, _score(0.5 + 0.07 * i + 0.01 * j, 0.48, 0.6 + 0.07 * i, metric))
        for i, name in enumerate(names)
        for j, metric in enumerate(metrics)
    )
    return Metric(primary="roc_auc", gain=0.02, result=MetricResult(naive, 400, 1047, 1234.5), record=RECORD)


def _preparation() -> Preparation:
    decisions = (
        Decision("age", "standard", "a number: mean 0 and standard deviation 1"),
        Decision("fare", "log", "a number: log if its tail is long, else standard"),
        Decision(LONG, "onehot", "186 values, of which 30 get an input of their own"),
        Decision("boat", "drop", "target_copy: known only after the outcome"),
    )
    effect = (
        BeforeAfter("age", "numeric", 263, 29.9, 14.4, 2, 0.0, 1.0),
        BeforeAfter(LONG, "categorical", 1014, None, None, 31, 0.03, math.nan),
    )
    imputation = (Imputed("age", 784, 0.98, 0.91, 0.03, 0.11, kept=True), Imputed(LONG, 60, 1.0, 1.02, -0.2, 0.1))
    result = PreparationResult(Recipe(decisions), effect, 1047, 35, "ef" * 32, imputation)
    return Preparation(result=result, record=RECORD)


def _protocol() -> Protocol:
    result = ProtocolResult(
        "kfold", "stratified", 5, 1, 1047, 0.2, 0, (210, 210, 209, 209, 209), 0.0151, 0.0423, 0.02, 4683
    )
    return Protocol(result=result, record=RECORD)


def _baseline() -> Baseline:
    result = BaselineResult(
        naive=(Named("majority", _score(0.5)), Named("one_rule", _score(0.742, 0.712, 0.771))),
        references=(
            Named("logistic regression", _score(0.845, 0.82, 0.869)),
            Named("boosted trees", _score(0.861, 0.838, 0.884)),
        ),
        network=SmallNetwork(_score(0.853, 0.829, 0.876), 577),
        comparison=Comparison("paired bootstrap, 2000 draws", 0.111, 0.083, 0.14, 0.0004, 0.041, 4683),
        bar="one_rule",
        outcome="beats",
        sentence="the small network beats one_rule by 0.111 (0.083 to 0.140)",
        attempts=(Attempt(16, 1, 0.001, 32, 12, 0.853), Attempt(32, 1, 0.003, 32, 9, 0.849)),
        chosen=Attempt(16, 1, 0.001, 32, 12, 0.853),
        hypotheses=(
            Hypothesis("H1: the target can be predicted", "supported", "the network beats one_rule"),
            Hypothesis("H2: the data are informative enough", "unproven", "the goal was not named"),
        ),
        rate_test=RangeTest(
            tuple(RatePoint(10.0**power, loss) for power, loss in ((-4, 0.69), (-3, 0.66), (-2, 0.52), (-1, 0.61))),
            0.01,
            0.3,
            "the loss fell fastest near the learning rate 0.01; it blew up at 0.3 (one run of 40 steps)",
        ),
        data_trials=(
            DataTrial(
                kind="create",
                what="with a / b",
                columns=("a / b",),
                score_with=0.861,
                score_without=0.853,
                difference=0.008,
                low=0.002,
                high=0.014,
                p=0.002,
                accepted=True,
                why="p = 0.002, proof after 9 candidates",
                looks=1,
            ),
            DataTrial(kind="remove", what=f"without {LONG}", columns=(LONG,), why="no time was left to try it"),
        ),
        advice=("scale up until it overfits", "boosted trees are as good: ask whether a network is needed"),
        rivals=(
            Rival(
                name="boosted trees",
                comparison=Comparison("paired bootstrap, 2000 draws", -0.008, -0.021, 0.006, 0.31),
                sentence="no evidence of a difference",
            ),
        ),
    )
    return Baseline(result=result, record=RECORD)


def _rung(units: int, layers: int, onset: int | None, note: str = "") -> Rung:
    loss = tuple(0.65 * math.exp(-i / (600 / units)) + 0.2 for i in range(40))
    turn = tuple(value + 0.02 + 0.004 * max(0, i - (onset or 99)) for i, value in enumerate(loss))
    best = min(range(40), key=lambda i: turn[i]) + 1
    return Rung(
        units=units,
        layers=layers,
        epochs=40,
        parameters=units * 36 + 1,
        loss=loss,
        validation_loss=turn,
        best_epoch=best,
        onset=onset,
        p=0.003 if onset else None,
        note=note,
    )


def _overfit() -> Overfit:
    result = OverfitResult(
        rungs=(_rung(16, 1, None), _rung(32, 1, None, "one fold did not converge"), _rung(64, 2, 18)),
        reached=True,
        sentence="2 x 64 overfits from epoch 18",
        sanity=Sanity(64, 0.0031, True, "64 rows were learned by heart"),
        units=64,
        layers=2,
        epochs=40,
        outcome="overfit",
        shuffled=Shuffled(
            loss=(0.67, 0.29),
            validation_loss=1.4,
            prior_loss=0.66,
            p=1.0,
            fell=True,
            passed=True,
            sentence="Shuffled labels are learned by heart and teach nothing about other rows",
        ),
    )
    return Overfit(result=result, record=RECORD)


def _tuning() -> Tuning:
    board = tuple(
        TrialRow(
            i,
            "failed" if i == 4 else "done",
            {
                "units": 32 + 8 * i,
                "layers": 1 + i % 2,
                "dropout": 0.05 * i,
                "learning_rate": 0.001 * (i + 1),
                "l2": 1e-5,
            },
            None if i == 4 else 0.85 + 0.004 * (i % 5) - 0.001 * i,
            18 + i,
            21.4 + i,
            "memory ran out" if i == 4 else "",
        )
        for i in range(12)
    )
    best = Best(3, board[3].values, _score(0.8712, 0.8493, 0.8921), _score(0.8634, 0.8402, 0.8851), 21)
    result = TuningResult(
        12,
        board,
        best,
        0.0078,
        0.0091,
        "amber",
        "0.8634 after correction, 0.0104 above the baseline",
        ensemble=Ensemble(
            members=(Member(3, board[3].values, 21, 0.75), Member(8, board[8].values, 26, 0.25)),
            score=_score(0.8691, 0.8471, 0.8902),
            gain=Comparison("bootstrap of the whole selection", 0.0057, 0.0011, 0.0102, 0.015, 0.0066, 1420),
            parameters=9412,
            latency_ms=0.41,
            single_latency_ms=0.22,
            accepted=True,
            sentence="an average of 2 trials is better than the best one (+0.0057) and takes 1.9 × as long",
        ),
        seeds=Spread((0.8712, 0.8655, 0.8689, 0.8671), 0.8682, 0.0025, 0.8643, 0.8721),
        importance=(Importance("learning_rate", 0.61, 0.38, 0.79), Importance("units", 0.14, 0.02, 0.33)),
    )
    return Tuning(result=result, record=RECORD)


def _evaluation() -> Evaluation:
    result = EvaluationResult(
        test=(_score(0.858, 0.812, 0.901), _score(0.813, 0.764, 0.857, "accuracy"), _score(0.751, 0.69, 0.81, "f1")),
        naive=(_score(0.74, 0.69, 0.79), _score(0.618, 0.56, 0.68, "accuracy")),
        beside=(
            Beside("one_rule", _score(0.74, 0.69, 0.79), Comparison("DeLong", 0.118, 0.06, 0.176, 0.0001)),
            Beside("boosted_trees", _score(0.861, 0.81, 0.9), Comparison("DeLong", -0.003, -0.03, 0.024, 0.83)),
        ),
        diagnosis=Diagnosis(outcome="agrees", z=-0.3, sentence="the test score lies where validation promised"),
        opening=1,
        rows=262,
        epochs=23,
        parameters=6529,
        threshold=0.41,
        threshold_how="best F1 on development rows",
        per_thousand=PerThousand(0.382, Rate(92.0, 61.0, 128.0), Rate(95.0, 63.0, 133.0), 4321.0),
        confusion=((137, 25), (24, 76)),
        classes=("0", "1"),
        calibration_error=_score(0.031, 0.012, 0.055, "calibration_error"),
        worst=(WorstCase(912, "1", "0", 4.21), WorstCase(14, "0", "1", 3.902)),
        slices=(Slice("sex", "female", _score(0.81, 0.73, 0.88)), Slice("sex", HOSTILE, _score(math.nan))),
        model="models/final",
        digest="12" * 32,
    )
    return Evaluation(result=result, record=RECORD)


def _deployment(plan: Plan) -> Deployment:
    proof = Verified("numpy, no tensorflow", 2.1e-7, 0, 1047)
    built = Artifact("rest", "bundles/rest", 183_422, "34" * 32, proof, Latency(0.41, 1.9))
    return Deployment(target="rest", result=DeploymentResult(options(plan), "", (built,)), record=RECORD)


def _monitoring() -> Monitoring:
    result = MonitoringResult(
        experiment=Experiment(
            per_arm=14_751, days=28, how="to see 0.10 rise to 0.11 with 80 % power at 5 % false alarms"
        ),
        audit=Sample(385, "error rate known to ± 5 points"),
        chunk=Sample(902, "the metric's standard error is at most half the gain"),
        retrain=("after 90 days at the latest", "when 20 % new labels have come"),
        successor="ships when it is not worse by 0.02 with 95 % confidence on the same rows",
        reference=Reference("reference.parquet", 1047, "56" * 32),
        open=("survey: how many users could be asked",),
    )
    return Monitoring(result=result, record=RECORD)


def full() -> Plan:
    """Every step with a result."""
    plan = Plan(
        project=Project(name="titanic"),
        framing=_framing(),
        data=_data(),
        labels=_labels(),
        metric=_metric(),
        preparation=_preparation(),
        protocol=_protocol(),
        baseline=_baseline(),
        overfit=_overfit(),
        tuning=_tuning(),
        evaluation=_evaluation(),
        monitoring=_monitoring(),
    )
    return fresh(msgspec.structs.replace(plan, deployment=_deployment(resolve(plan).plan)))


def fresh(plan: Plan) -> Plan:
    """The plan with every result made from the answers as they stand."""
    for step in STEPS.values():
        record = msgspec.structs.replace(RECORD, seen=seen(resolve(plan).plan, step))
        section = msgspec.structs.replace(getattr(plan, step.name), record=record)
        plan = msgspec.structs.replace(plan, **{step.name: section})
    return plan
