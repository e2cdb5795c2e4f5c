"""The two runtimes of a browser (LiteRT.js and TF.js), fetched once by npm at the pinned versions and kept."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from engine.errors import UserError
from engine.serving import process

WEB = Path(__file__).parents[1] / "serving" / "web"
PINNED = ("package.json", "package-lock.json")
SECONDS = 300.0
TFJS = "@tensorflow/tfjs-"
FILES = {
    **{f"tf-{part}.min.js": f"{TFJS}{part}/dist/tf-{part}.min.js" for part in ("core", "converter", "backend-cpu")},
    "tf-backend-wasm.min.js": f"{TFJS}backend-wasm/dist/tf-backend-wasm.min.js",
    "tfjs-backend-wasm.wasm": f"{TFJS}backend-wasm/dist/tfjs-backend-wasm.wasm",
    "tfjs-backend-wasm-simd.wasm": f"{TFJS}backend-wasm/dist/tfjs-backend-wasm-simd.wasm",
    "litert.js": "@litertjs/core/dist/index.js",
    "wasm-utils.js": "@litertjs/wasm-utils/dist/index.js",
    **{
        f"litert_wasm{kind}_internal.{end}": f"@litertjs/core/wasm/litert_wasm{kind}_internal.{end}"
        for kind in ("", "_compat")
        for end in ("js", "wasm")
    },
}
"""Each file of a page, and where it lies in the packages."""
LOOKED_UP = ('"@litertjs/wasm-utils"', '"./wasm-utils.js"')
"""The one import by a package's name, which a browser cannot follow, and what is put in its place."""
NOTICE = """\
TensorFlow.js 4.22.0 (tf-*.js, tfjs-*.wasm), copyright Google LLC, and LiteRT.js 2.5.3 (litert*, wasm-utils.js),
copyright The LiteRT Authors, are used under the Apache License 2.0, https://www.apache.org/licenses/LICENSE-2.0.
litert.js is changed in one line: it imports wasm-utils.js from beside itself.
"""


def runtimes(check: Callable[[], object] = lambda: None) -> Path:
    """The folder with FILES. Errors: UserError when they are not here and npm cannot fetch them."""
    digest = hashlib.sha256(b"".join((WEB / name).read_bytes() for name in PINNED)).hexdigest()[:16]
    home = Path(os.environ.get("XDG_CACHE_HOME", "").strip() or Path.home() / ".cache")
    folder = home / "modelwright" / f"browser-{digest}"
    if not folder.is_dir():
        _fetch(folder, check)
    return folder


def _fetch(folder: Path, check: Callable[[], object]) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise UserError(
            "the browser's runtimes come by npm, which is not here: install Node.js with npm, then try again"
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as room:
        for name in PINNED:
            shutil.copyfile(WEB / name, Path(room, name))
        process.run(
            [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--omit=optional"],
            "fetching the browser's runtimes by npm",
            SECONDS,
            cwd=Path(room),
            check=check,
        )
        made = Path(room, "kept")
        made.mkdir()
        for name, source in FILES.items():
            shutil.copyfile(Path(room, "node_modules", source), made / name)
        text = (made / "litert.js").read_text(encoding="utf-8")
        if LOOKED_UP[0] not in text:
            raise UserError("the browser's runtimes: LiteRT.js is not as it was pinned; report this")
        (made / "litert.js").write_text(text.replace(*LOOKED_UP), encoding="utf-8")
        (made / "NOTICE").write_text(NOTICE, encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        os.replace(made, folder)
