"""Who is in the file, drawn in the report: every picture says what the numbers of its comparison say."""

from pathlib import Path

import msgspec
from filled import full

from engine import report, store
from engine.projects import create
from engine.representative.schema import Decay, Production, Shifted, Source, Stratum, Weighting
from engine.session import Session
from engine.values import Score


def auc(value: float) -> Score:
    return Score(metric="roc_auc", value=value, low=value - 0.02, high=value + 0.02, n=500, how="bootstrap")


def test_what_was_compared_is_drawn_and_what_was_not_is_not(tmp_path: Path) -> None:
    create(tmp_path, "titanic").close()
    plan = full()
    assert plan.data.result is not None
    before = drawn(tmp_path, plan)
    stratum = Stratum(column="deck", value="C", wanted=0.5, rows=600, before=0.64, after=0.51, factor=0.8)
    found = msgspec.structs.replace(
        plan.data.result,
        production=Production(
            rows=900,
            compared=4,
            auc=auc(0.7),
            p=0.01,
            alarm=True,
            tested=4,
            shifted=(Shifted(column="fare", test="KS", effect=0.31, p=0.001),),
            now=auc(0.84),
            predicted=auc(0.79),
        ),
        sources=(Source(name="Cherbourg", rows=270, within=auc(0.86), without=auc(0.81)),),
        decay=Decay(periods=3, rows=900, loss=(0.18, 0.2, 0.26), p=0.02, period="40 days"),
        weighting=Weighting(
            rows=900, effective=800, largest=1.3, trimmed=0, limit=5, scale=1, used=True, strata=(stratum,)
        ),
    )
    page = drawn(tmp_path, msgspec.structs.replace(plan, data=msgspec.structs.replace(plan.data, result=found)))
    assert page.count("<figure>") == before.count("<figure>") + 4, "the weights were drawn before"
    for said in (
        "fare, KS",
        "weighted like production",
        "Cherbourg, left out",
        "periods of 40 days) 0 to 2",
        "deck, C",
    ):
        assert said in page
        assert said not in before


def drawn(projects: Path, plan: object) -> str:
    store.save(projects / "titanic", plan)
    return report.render(Session(projects / "titanic", write=False), "html")
