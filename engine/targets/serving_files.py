"""The files around a SavedModel for TensorFlow Serving: which models, how requests are put together, how to start."""

from __future__ import annotations

from pathlib import Path

import msgspec

from engine.serving.saved_model import columns_of
from engine.training.spec import Preparation

MODELS = """\
model_config_list {{
  config {{
    name: "{name}"
    base_path: "{base}"
    model_platform: "tensorflow"
    model_version_policy {{ latest {{ num_versions: 1 }} }}
  }}
}}
"""
BATCHING = """\
max_batch_size { value: 128 }
batch_timeout_micros { value: 2000 }
max_enqueued_batches { value: 100 }
num_batch_threads { value: 4 }
"""
COMPOSE = """\
services:
  model:
    image: ${TF_SERVING_IMAGE:-tensorflow/serving}
    command:
      - --model_config_file=/models/models.config
      - --enable_batching=true
      - --batching_parameters_file=/models/batching.config
    ports:
      - "8500:8500"
      - "8501:8501"
    volumes:
      - ./models:/models:ro
    restart: unless-stopped
"""
README = """\
# {name} for TensorFlow Serving

    docker compose up -d
    python client.py rows.json                # REST, Python's standard library only
    python client_grpc.py rows.json           # gRPC, needs grpcio and protobuf

`models/{name}/` holds one folder per version; the server takes the highest. Signatures: `serving_default` takes numbers
as numbers (nan where unknown) and other columns as strings (blank where unknown), `from_text` takes strings only,
`prepared` takes rows that were prepared by `preprocess.json` elsewhere. `columns.json` says which input a column is.
Dates are taken as 2024-12-31 or 2024-12-31T23:59 with or without a zone, not by weeks. Send texts in the normal form
NFKC: a text with characters that are yet to be composed is refused, with the column's name.
"""


def write_settings(folder: Path, name: str, preparation: Preparation) -> None:
    """Everything of the folder but models and clients."""
    models = folder / "models"
    (models / "models.config").write_text(MODELS.format(name=name, base=f"/models/{name}"), encoding="utf-8")
    (models / "batching.config").write_text(BATCHING, encoding="utf-8")
    (folder / "compose.yaml").write_text(COMPOSE, encoding="utf-8")
    (folder / "README.md").write_text(README.format(name=name), encoding="utf-8")
    described = {"model": name, "columns": columns_of(preparation)}
    (folder / "columns.json").write_bytes(msgspec.json.format(msgspec.json.encode(described), indent=2))
