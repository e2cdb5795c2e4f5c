"""The rows drawn in the report: real plots with their numbers in one file, and no row or text of the data."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import msgspec
import numpy as np
import pandas as pd
import pytest
from filled import HOSTILE, full

from engine import report, store
from engine.projects import create
from engine.seeing.kept import FILE, keep
from engine.seeing.look import seen
from engine.session import Session
from tests.engine.audit.auditing import made

ROWS = 300
SECRET = "a sentence that only one person wrote, number"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose rows have every kind of column, with names that are hard to draw."""
    create(tmp_path, "titanic").close()
    folder, rng = tmp_path / "titanic", np.random.default_rng(1)
    columns = {
        "y": (np.arange(ROWS) % 3 == 0).astype(int),
        "lat": rng.normal(37, 2, ROWS),
        "lon": rng.normal(-120, 2, ROWS),
        "a < b & c": rng.normal(0, 1, ROWS),
        HOSTILE: pd.Series(np.where(rng.random(ROWS) < 0.3, None, "<script>"), dtype=object),
        "day": pd.date_range("2020-01-01", periods=ROWS),
        "note": [f"{SECRET} {at}" for at in range(ROWS)],
    }
    plan, data = full(), made(columns, "y", "binary")
    result = plan.data.result
    assert result is not None
    result = msgspec.structs.replace(result, seen=keep(folder, seen(data)))
    store.save(folder, msgspec.structs.replace(plan, data=msgspec.structs.replace(plan.data, result=result)))
    return folder


def page(project: Path) -> str:
    return report.render(Session(project, write=False), "html")


def test_every_kind_of_picture_is_drawn_well_formed_with_its_numbers(project: Path) -> None:
    figures = re.findall(r"<figcaption>(.*?)</figcaption>\s*(<svg.*?</svg>)", page(project), re.DOTALL)
    drawn = {title: "".join(ET.fromstring(svg).itertext()) for title, svg in figures}
    assert "100 (33.3%)" in drawn["y"]
    assert "median" in drawn["a &lt; b &amp; c"] or "50%" in drawn["a &lt; b &amp; c"]
    assert "300 rows" in drawn["Over day"]
    assert "2020-01-01" in drawn["Over day"]
    assert "share of y = 1" in drawn["Map: lat, lon"]
    assert "300 rows, 0 of them in rarer patterns" in drawn["Missing together"]
    assert "Spearman" in drawn["Associations"]
    assert not any("nan" in svg.lower() or "None" in svg for _, svg in figures)


def test_the_page_stays_one_file_and_keeps_rows_and_texts_to_itself(project: Path) -> None:
    html = page(project)
    assert SECRET not in html
    assert "<script" not in html
    assert not re.search(r"""(?:src|href)\s*=|url\(|@import""", html)
    assert "\x1b" not in html


def test_without_the_file_the_report_is_written_all_the_same(project: Path) -> None:
    (project / FILE).unlink()
    assert "The rows, drawn" not in page(project)
