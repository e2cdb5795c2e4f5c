"""A script for a clean process: predicts rows with the code of a bundle alone, and tells what was loaded for it.

Run as `rest_probe.py BUNDLE ROWS.json OUT.npy`; prints where the engine came from and which packages are loaded.
"""

import json
import sys
from pathlib import Path


def main(bundle: str, rows: str, out: str) -> None:
    """Write the predictions (n,) or (n, classes) of the rows."""
    sys.path.insert(0, bundle)
    import msgspec
    import numpy as np

    import engine
    from engine.serving import schema, validate
    from engine.serving.opened import open_bundle

    predictor = open_bundle(Path(bundle))
    given = msgspec.json.decode(Path(rows).read_bytes())
    columns, _ = validate.columns(schema.load(Path(bundle)), predictor.artifact.preparation, given)
    np.save(out, predictor.outputs(columns), allow_pickle=False)
    print(json.dumps({"engine": engine.__file__, "loaded": sorted({name.partition(".")[0] for name in sys.modules})}))


if __name__ == "__main__":
    main(*sys.argv[1:])
