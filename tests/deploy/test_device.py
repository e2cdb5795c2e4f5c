"""A device folder: every form ran by itself, what differs too much is not in it, and its script answers."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import msgspec
import numpy as np
import pytest
from workshop import Shop, context_of

from engine.errors import UserError
from engine.report.proof import JSON, PAGE, Proof, proof_of, write
from engine.serving import litert, schema, validate
from engine.serving.artifact import load_artifact
from engine.serving.model import Predictor
from engine.steps.deployment import Artifact, Form, Latency
from engine.targets import device_bundle
from engine.targets.device_forms import FORMS, advised, beyond_limits, failed_gate, front
from engine.targets.device_run import ran
from engine.targets.held_out import held_out
from engine.training.apply import transform
from engine.values import Comparison

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def made(shops: dict[str, Shop], tmp_path_factory: pytest.TempPathFactory) -> tuple[Shop, Path, Artifact]:
    """The device folder of a project, built once."""
    shop = shops["binary"]
    artifact = device_bundle.export(shop.plan, context_of(shop.project))
    return shop, shop.project / artifact.path, artifact


def test_each_form_ran_and_is_told_with_its_costs(made: tuple[Shop, Path, Artifact]) -> None:
    shop, folder, artifact = made
    assert [form.name for form in artifact.forms] == [name for name in FORMS if not FORMS[name].zeros]
    by_name = {form.name: form for form in artifact.forms}
    exact = by_name["float32"]
    assert exact.refused == ""
    assert exact.flips == 0
    assert exact.max_abs_diff is not None
    assert exact.max_abs_diff < 1e-5
    for form in artifact.forms:
        there = folder / f"{form.name}.tflite"
        assert there.exists() == (not form.refused)
        assert "process failed" not in form.refused, "each runs, also the one of a fixed number of rows"
        if not form.refused:
            assert form.bytes == there.stat().st_size
            assert form.packed > 0
            assert form.latency_ms is not None
            assert 0 < form.latency_ms.p50 <= form.latency_ms.p99
            assert form.change is not None
            assert form.change.low <= form.change.difference <= form.change.high
    assert by_name["float16"].bytes < exact.bytes
    assert artifact.form in {form.name for form in artifact.forms if form.front}
    assert artifact.bytes == sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=folder, check=True)
    assert f"`{artifact.form}.tflite` is the form that is advised" in (folder / "README.md").read_text()
    assert shop.bundle.exists(), "another place is left alone"


def test_its_proof_tells_each_form_in_numbers_and_in_one_picture(
    made: tuple[Shop, Path, Artifact], tmp_path: Path
) -> None:
    shop, _, artifact = made
    proof = proof_of(shop.plan, shop.project.name, artifact)
    write(tmp_path, proof)
    assert msgspec.json.decode((tmp_path / JSON).read_bytes(), type=Proof) == proof
    page = (tmp_path / PAGE).read_text()
    assert "src=" not in page and "href=" not in page
    for form in artifact.forms:
        assert f"{form.packed:,}" in page if form.packed else form.refused in page
    figure = ElementTree.fromstring(page[page.index("<svg") : page.index("</svg>") + 6])
    usable = [form for form in artifact.forms if not form.refused]
    dots = [each for each in figure.iter() if each.tag == "circle"]
    assert len(dots) == len(usable) > 1
    assert sum(dot.attrib["fill"] != "#fff" for dot in dots) == sum(form.front for form in usable) >= 1
    places = [float(dot.attrib["cx"]) for dot in dots]
    assert np.argsort(places).tolist() == np.argsort([form.packed for form in usable]).tolist()


def test_amounts_are_not_called_different_for_their_rounding(shops: dict[str, Shop]) -> None:
    shop = shops["regression"]
    assert shop.plan.metric.gain is None, "then the score is told, and no form refused for it"
    forms = {form.name: form for form in device_bundle.export(shop.plan, context_of(shop.project)).forms}
    for name in ("float32", "float16"):
        assert forms[name].refused == ""
        assert forms[name].flips == 0
        assert forms[name].change is not None


def test_its_script_answers_alone(made: tuple[Shop, Path, Artifact], tmp_path: Path) -> None:
    shop, folder, _ = made
    alone = shutil.copytree(folder, tmp_path / "device")
    known = held_out(shop.plan, context_of(shop.project), 20)
    (tmp_path / "rows.json").write_bytes(msgspec.json.encode(known.rows))
    line = [sys.executable, "-I", "predict.py", str(tmp_path / "rows.json")]
    said = json.loads(subprocess.run(line, cwd=alone, stdout=subprocess.PIPE, check=True).stdout)
    assert len(said) == 20
    assert set(said) <= set(known.trained.code.classes)


def test_its_code_in_other_languages_compiles_and_its_example_is_what_the_network_says(
    made: tuple[Shop, Path, Artifact], tmp_path: Path
) -> None:
    _, folder, artifact = made
    declared = Path(__file__).parent / "declared"
    for program in ("g++", "javac"):
        if shutil.which(program) is None:
            (pytest.fail if os.environ.get("CI") else pytest.skip)(f"not installed here: {program}")
    line = ["g++", "-std=c++17", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", f"-I{declared}", "predict.cc"]
    subprocess.run(line, cwd=folder, check=True)
    line = ["javac", "-Xlint:all", "-Werror", "-sourcepath", str(declared), "-d", str(tmp_path), "Predictor.java"]
    subprocess.run(line, cwd=folder, check=True)
    told = json.loads((folder / "example.json").read_text())
    predictor = Predictor(load_artifact(folder), folder / f"{artifact.form}.tflite")
    columns, _ = validate.columns(schema.load(folder), predictor.artifact.preparation, told["rows"])
    numbers = np.array(told["numbers"], dtype=np.float32)
    assert np.array_equal(numbers, transform(predictor.artifact.preparation, columns))
    assert np.array_equal(np.array(told["answers"], dtype=np.float32), predictor.network(numbers))
    assert f"kInputs = {numbers.shape[1]};" in (folder / "predict.cc").read_text()


def test_a_damaged_network_is_refused(made: tuple[Shop, Path, Artifact], tmp_path: Path) -> None:
    shop, folder, _ = made
    alone = shutil.copytree(folder, tmp_path / "device")
    file = alone / "float32.tflite"
    content = bytearray(file.read_bytes())
    content[: len(content) // 2] = bytes(len(content) // 2)
    file.write_bytes(content)
    with pytest.raises(UserError, match=r"float32\.tflite"):
        ran(alone, file.name, held_out(shop.plan, context_of(shop.project), 20).rows)


def test_a_converter_that_breaks_costs_its_own_form_only(shops: dict[str, Shop], tmp_path: Path) -> None:
    model = shops["binary"].project / "models/final"
    failed = litert.make_forms(model, tmp_path, ["float32", "float1", "float16"], np.zeros((1, 1), np.float32))
    assert set(failed) == {"float1"}
    assert "no form of a network is called float1" in failed["float1"]
    assert {path.name for path in tmp_path.iterdir()} == {"float32.tflite", "float16.tflite"}


def test_gates_limits_and_front() -> None:
    def form(name: str, packed: int, ms: float, difference: float, flips: float = 0.0, **more: object) -> Form:
        change = Comparison(
            test="paired bootstrap", difference=difference, low=difference - 0.01, high=difference + 0.01, p=0.5
        )
        given = {"bytes": packed * 2, "flips": flips, "change": change, "latency_ms": Latency(ms, 2 * ms), **more}
        return Form(name=name, packed=packed, **given)  # type: ignore[arg-type]

    exact, half, worse = form("float32", 400, 1.0, 0.0), form("float16", 200, 1.0, 0.0), form("int8", 300, 2.0, -0.05)
    assert front([exact, half, worse]) == ["float16"]
    assert failed_gate(half, gain=0.02) == ""
    assert "0.06 of the score" in failed_gate(worse, gain=0.02)
    assert failed_gate(worse, gain=None) == ""
    unknown = msgspec.structs.replace(half, change=None)
    assert front([exact, unknown]) == ["float32", "float16"], "smaller, but what it costs is not known"
    assert front([exact, form("dynamic", 300, 1.1, 0.0)]) == ["dynamic"], "a tenth of the time is noise"
    assert "12 of 1000 decisions" in failed_gate(form("float16", 200, 1.0, 0.0, flips=12.0), gain=0.02)
    assert failed_gate(form("float32", 1, 1.0, 0.0, flips=1.0), gain=0.02)
    assert advised([msgspec.structs.replace(worse, front=True), msgspec.structs.replace(half, front=True)]) == "float16"
    assert advised([exact]) == ""
    assert "framing.size_mb" in beyond_limits(half, 0.0001, None, None)
    assert "framing.latency_ms" in beyond_limits(half, None, None, 1.5)
    assert "framing.memory_mb" in beyond_limits(form("int8", 1, 1.0, 0.0, peak_mb=9.0), None, 4, None)
    assert beyond_limits(half, None, None, None) == ""
