"""Pages in a real Chromium and SavedModels in a clean process: they say what the trained model says, or are caught."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from workshop import Shop, context_of

from engine.errors import UserError
from engine.serving import litert
from engine.steps.deployment import Artifact
from engine.targets import browser_bundle, browser_proof, serving_bundle
from engine.targets.chromium import page, program
from engine.targets.held_out import HeldOut, held_out
from engine.targets.rest_proof import Expected

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def shop(shops: dict[str, Shop]) -> Shop:
    return shops["multiclass"]


@pytest.fixture(scope="module")
def known(shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> tuple[HeldOut, Expected]:
    found = held_out(shop.plan, context_of(shop.project), 100)
    raw = litert.make(found.folder, tmp_path_factory.mktemp("raw") / "model.tflite", found.inputs)
    assert raw is not None
    return found, Expected(found.trained, raw)


@pytest.fixture(scope="module")
def paged(shop: Shop) -> Artifact:
    if program() is None or shutil.which("npm") is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("not installed here: chromium or npm")
    return browser_bundle.export(shop.plan, context_of(shop.project))


def test_a_page_answers_as_the_model_does_in_each_runtime(shop: Shop, paged: Artifact) -> None:
    folder = shop.project / paged.path
    assert paged.verified.decision_flips == 0
    assert paged.verified.max_abs_diff < 1e-5
    ran = {form.name: form for form in paged.forms if not form.refused}
    assert {"tfjs-wasm", "litert"} <= set(ran)
    assert ran["tfjs-wasm"].packed < ran["litert"].packed, "the one with less to load is the first"
    assert paged.form == "tfjs-wasm"
    assert paged.bytes == sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=folder, check=True)


def test_a_page_with_other_weights_is_caught(
    shop: Shop, paged: Artifact, known: tuple[HeldOut, Expected], tmp_path: Path
) -> None:
    folder = shutil.copytree(shop.project / paged.path, tmp_path / "browser")
    weights = folder / "weights.bin"
    content = bytearray(weights.read_bytes())
    # The last byte of a number holds its sign and most of its size.
    content[3::4] = bytes(byte ^ 0x81 for byte in content[3::4])
    weights.write_bytes(content)
    with page() as seen, pytest.raises(UserError, match=r"differs from the trained|decisions differ|finite"):
        browser_proof.prove(seen, folder, "tfjs-wasm", known[0].rows, known[1])


def test_a_saved_model_takes_raw_rows_and_another_one_is_caught(
    shop: Shop, known: tuple[HeldOut, Expected], tmp_path: Path
) -> None:
    made = serving_bundle.export(shop.plan, context_of(shop.project))
    assert made.verified.decision_flips == 0
    assert made.verified.max_abs_diff < 1e-5
    assert "layout verified, server not run" in made.verified.runtime or "server" in made.verified.runtime
    folder = shutil.copytree(shop.project / made.path, tmp_path / "tfserving")
    (version,) = (folder / "models").glob("*/1")
    (weights,) = version.glob("variables/variables.data-*")
    content = bytearray(weights.read_bytes())
    content[len(content) // 4 : len(content) // 2] = bytes(len(content) // 2 - len(content) // 4)
    weights.write_bytes(content)
    with pytest.raises(UserError):
        serving_bundle.prove(folder, version, *known)
