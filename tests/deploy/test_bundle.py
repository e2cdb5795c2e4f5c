"""The bundle runs alone, says what the trained model says, and a damaged one is caught."""

import re
import shutil
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import msgspec
import numpy as np
import pytest
from workshop import KINDS, Shop, context_of

from engine.errors import UserError
from engine.report.proof import JSON, PAGE, Proof
from engine.serving import checksums, litert
from engine.serving.artifact import digest_of, load_artifact
from engine.targets.held_out import rows_of
from engine.targets.rest_bundle import PACKAGES, RUNTIME
from engine.targets.rest_proof import MAX_DIFFERENCE, Expected, post, prove, started
from engine.training.apply import transform

pytestmark = pytest.mark.slow


@pytest.fixture
def copy(shops: dict[str, Shop], tmp_path: Path) -> Path:
    """A bundle that may be damaged."""
    return Path(shutil.copytree(shops["binary"].bundle, tmp_path / "bundle"))


def expected(shop: Shop, folder: Path, tmp_path: Path) -> tuple[list[dict[str, object]], Expected]:
    """Rows, and what the trained model says of them."""
    trained = load_artifact(shop.project / "models/final")
    frame = shop.frame[list(trained.preparation.columns)]
    raw = litert.make(shop.project / "models/final", tmp_path / "again.tflite", transform(trained.preparation, frame))
    assert raw is not None
    return rows_of(frame), Expected(trained, raw)


@pytest.mark.parametrize("kind", KINDS)
def test_bundle_is_proven_and_whole(shops: dict[str, Shop], kind: str) -> None:
    shop = shops[kind]
    (artifact,) = shop.result.artifacts
    assert artifact.target == "rest"
    assert artifact.path == "bundle"
    shipped = [path for path in shop.bundle.rglob("*") if path.is_file() and path.name not in (JSON, PAGE)]
    assert artifact.bytes == sum(path.stat().st_size for path in shipped)
    assert msgspec.json.decode((shop.bundle / JSON).read_bytes(), type=Proof).artifact == artifact
    assert artifact.digest in (shop.bundle / PAGE).read_text()
    assert artifact.verified.decision_flips == 0
    assert 0 <= artifact.verified.max_abs_diff < 1e-2
    assert artifact.verified.rows == len(shop.frame)
    assert 0 < artifact.latency_ms.p50 <= artifact.latency_ms.p99
    subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=shop.bundle, check=True)
    assert digest_of(shop.project / "models/final") == shop.plan.evaluation.result.digest  # type: ignore[union-attr]
    assert not [path for path in shop.project.iterdir() if path.name.startswith(".bundle")]


def test_example_is_answered_as_written(shops: dict[str, Shop]) -> None:
    bundle = shops["multiclass"].bundle
    request, response = (
        msgspec.json.decode((bundle / f"example_{name}.json").read_bytes()) for name in ("request", "response")
    )
    with started(bundle) as address:
        assert post(address, request) == response


def test_serves_with_only_the_listed_packages(shops: dict[str, Shop], tmp_path: Path) -> None:
    room = tmp_path / "packages"
    room.mkdir()
    for name in needed((*PACKAGES, RUNTIME)):
        for path in {Path(str(file)).parts[0] for file in distribution(name).files or ()}:
            source = Path(str(distribution(name).locate_file(path)))
            if path != ".." and source.exists() and not (room / path).exists():
                (room / path).symlink_to(source)
    assert not (room / "pandas").exists()
    code = (
        f"import sys; sys.path.insert(0, {str(room)!r}); sys.argv = ['serve.py', '--help'];"
        "import runpy; runpy.run_path('serve.py', run_name='__main__')"
    )
    command = [sys.executable, "-I", "-S", "-B", "-c", code]
    done = subprocess.run(command, cwd=shops["binary"].bundle, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "--port" in done.stdout
    written = (shops["binary"].bundle / "requirements.txt").read_text().splitlines()
    assert [line.partition("==")[0] for line in written] == [*PACKAGES, RUNTIME]
    assert not any("/" in line or "@" in line for line in written)


def test_installed_as_its_readme_says_it_answers_without_tensorflow(
    shops: dict[str, Shop], copy: Path, tmp_path: Path
) -> None:
    shop = shops["binary"]
    subprocess.run([sys.executable, "-m", "venv", "env"], cwd=copy, check=True)
    subprocess.run(["env/bin/pip", "install", "--quiet", "-r", "requirements.txt"], cwd=copy, check=True)
    python = copy / "env/bin/python"
    for name in ("tensorflow", "pandas"):
        absent = subprocess.run([python, "-I", "-c", f"import {name}"], cwd=copy, stderr=subprocess.DEVNULL)
        assert absent.returncode == 1, f"{name} is there"
    rows, wanted = expected(shop, copy, tmp_path)
    with started(copy, str(python)) as address:
        said = post(address, {"rows": rows})["predictions"]
    assert [one["prediction"] for one in said] == wanted.decide(wanted.outputs)
    assert np.abs([one["probabilities"]["yes"] for one in said] - wanted.outputs).max() < MAX_DIFFERENCE


def needed(names: tuple[str, ...]) -> set[str]:
    """The packages and everything they require."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        try:
            requires = distribution(name).requires or ()
        except PackageNotFoundError:
            continue
        found.add(name)
        lines = [line for line in requires if "extra ==" not in line]
        waiting += [re.split(r"[^\w.-]", line)[0] for line in lines]
    return found


def test_flipped_bit_is_noticed_at_start(copy: Path) -> None:
    network = copy / "model.tflite"
    content = bytearray(network.read_bytes())
    content[len(content) // 2] ^= 1
    network.write_bytes(content)
    with pytest.raises(UserError, match=r"model\.tflite: not the file that was exported"), started(copy):
        pass


def test_missing_file_is_named(copy: Path) -> None:
    (copy / "target.json").unlink()
    with pytest.raises(UserError, match=r"target\.json: not there"):
        checksums.check(copy)


def test_network_with_other_weights_is_not_kept(shops: dict[str, Shop], copy: Path, tmp_path: Path) -> None:
    shop = shops["binary"]
    rows, wanted = expected(shop, copy, tmp_path)
    content = bytearray((copy / "model.tflite").read_bytes())
    weights = _largest_floats(content)
    np.frombuffer(content, np.float32)[weights] *= 1.5
    (copy / "model.tflite").write_bytes(content)
    checksums.write(copy)
    with pytest.raises(UserError, match="differs from the trained one"):
        prove(copy, rows, wanted)


def _largest_floats(content: bytearray) -> slice:
    """Where the longest run of plausible weights lies, as words of 4 bytes."""
    words = np.frombuffer(content, np.float32)
    plausible = np.isfinite(words) & (np.abs(words) > 1e-6) & (np.abs(words) < 50)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], plausible.astype(int), [0]])))
    starts, ends = edges[::2], edges[1::2]
    longest = int(np.argmax(ends - starts))
    return slice(int(starts[longest]), int(ends[longest]))


def test_swapped_vocabulary_is_not_kept(shops: dict[str, Shop], copy: Path, tmp_path: Path) -> None:
    rows, wanted = expected(shops["binary"], copy, tmp_path)
    text = (copy / "preprocess.json").read_text()
    assert '"Paris","Rome"' in text
    (copy / "preprocess.json").write_text(text.replace('"Paris","Rome"', '"Rome","Paris"'))
    checksums.write(copy)
    with pytest.raises(UserError, match="differs from the trained one"):
        prove(copy, rows, wanted)


def test_other_threshold_flips_decisions(shops: dict[str, Shop], copy: Path, tmp_path: Path) -> None:
    rows, wanted = expected(shops["binary"], copy, tmp_path)
    text = (copy / "meta.json").read_text()
    (copy / "meta.json").write_text(text.replace("0.35", "0.9"))
    checksums.write(copy)
    with pytest.raises(UserError, match=r"decisions of the exported model differ"):
        prove(copy, rows, wanted)


def test_code_that_needs_more_is_not_kept(shops: dict[str, Shop], copy: Path, tmp_path: Path) -> None:
    rows, wanted = expected(shops["binary"], copy, tmp_path)
    with open(copy / "engine/serving/model.py", "a") as code:
        code.write("\nimport pandas\n")
    checksums.write(copy)
    with pytest.raises(UserError, match="needs pandas"):
        prove(copy, rows, wanted)


def test_model_changed_after_the_test_is_refused(shops: dict[str, Shop], tmp_path: Path) -> None:
    from engine.targets.rest_bundle import export

    shop = shops["binary"]
    project = Path(shutil.copytree(shop.project, tmp_path / "project"))
    before = (project / "bundle/SHA256SUMS").read_text()
    (project / "models/final/meta.json").write_text("{}")
    with pytest.raises(UserError, match="not the model that was tested"):
        export(shop.plan, context_of(project))
    assert (project / "bundle/SHA256SUMS").read_text() == before
