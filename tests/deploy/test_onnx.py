"""ONNX files say what was trained, by the runtime itself; a damaged one is refused."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec
import numpy as np
import pytest
from references import learned
from workshop import Shop, context_of

from engine.errors import UserError
from engine.serving.onnx_model import FILE, OnnxPredictor
from engine.serving.opened import open_bundle
from engine.steps.deployment import Artifact
from engine.targets.held_out import held_out
from engine.targets.onnx_graph import graph


@pytest.mark.parametrize("kind", ["binary", "multiclass", "regression"])
@pytest.mark.parametrize("name", ["boosted_trees", "linear"])
def test_a_graph_says_what_the_library_says(kind: str, name: str, tmp_path: Path) -> None:
    found, plain, strange, rows, said = learned(kind, name, tmp_path)
    (tmp_path / FILE).write_bytes(graph(found.model).SerializeToString())
    predictor = OnnxPredictor(plain.artifact, tmp_path / FILE)
    unit = max(found.code.unit)
    assert np.abs(predictor.outputs(rows) - said).max() < (1e-9 if name == "boosted_trees" else 1e-5) * unit
    assert strange["age"].isna().any() and strange["city"].isna().any()
    assert np.abs(predictor.outputs(strange) - plain.outputs(strange)).max() < 1e-9 * unit
    if name == "boosted_trees":
        assert {node.op_type for node in graph(found.model).graph.node} > {"TreeEnsemble", "Add"}
        assert any(found.model.gaps_left[node] for node in found.model.sets), "no set is asked the other way round"


@pytest.fixture(scope="module")
def made(shops: dict[str, Shop], tmp_path_factory: pytest.TempPathFactory) -> tuple[Shop, Path, Artifact]:
    """A project of classes with its network as an ONNX file."""
    from engine.targets.onnx_bundle import export

    shop = shops["multiclass"]
    project = Path(shutil.copytree(shop.project, tmp_path_factory.mktemp("onnx") / "project"))
    return shop, project / "onnx", export(shop.plan, context_of(project))


@pytest.mark.slow
def test_a_network_is_kept_after_it_ran_in_its_runtime(made: tuple[Shop, Path, Artifact], tmp_path: Path) -> None:
    shop, folder, artifact = made
    assert artifact.verified.runtime.startswith("ONNX Runtime")
    assert artifact.verified.decision_flips == 0 and artifact.verified.rows == len(shop.frame)
    known = held_out(shop.plan, context_of(shop.project), 20)
    (tmp_path / "rows.json").write_bytes(msgspec.json.encode(known.rows))
    line = [sys.executable, "-I", "predict.py", str(tmp_path / "rows.json")]
    said = json.loads(subprocess.run(line, cwd=folder, stdout=subprocess.PIPE, check=True).stdout)
    assert said == open_bundle(shop.bundle).decide(open_bundle(shop.bundle).outputs(dict(known.frame)))
    assert "tensorflow" not in (folder / "requirements.txt").read_text()


@pytest.mark.slow
def test_a_damaged_file_is_refused(made: tuple[Shop, Path, Artifact], tmp_path: Path) -> None:
    shop, folder, _ = made
    alone = Path(shutil.copytree(folder, tmp_path / "onnx"))
    content = bytearray((alone / FILE).read_bytes())
    content[: len(content) // 2] = bytes(len(content) // 2)
    (alone / FILE).write_bytes(content)
    with pytest.raises(UserError, match=r"model\.onnx: not the file that was exported"):
        open_bundle(alone)
    with pytest.raises(UserError, match=r"model\.onnx: cannot be run"):
        OnnxPredictor(open_bundle(shop.bundle).artifact, alone / FILE)
