"""Asks a model in TensorFlow Serving over gRPC; needs grpcio, protobuf, and `columns.json` and `client.py` beside it.

    python client_grpc.py rows.json --address localhost:8500

The few messages that a prediction takes are declared here, because the published stubs bring all of TensorFlow along.
"""

from __future__ import annotations

import argparse
import json
import math
import struct
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

METHOD = "/tensorflow.serving.PredictionService/Predict"
SECONDS = 30.0
FLOAT, DOUBLE, STRING, INT64 = 1, 2, 7, 9
"""Numbers of the kinds of a tensor."""
CONTENT = {FLOAT: "f", DOUBLE: "d", INT64: "q"}
VALUES = {FLOAT: "float_val", DOUBLE: "double_val", STRING: "string_val", INT64: "int64_val"}
_KIND = descriptor_pb2.FieldDescriptorProto
MESSAGES = {
    "Dim": [("size", 1, _KIND.TYPE_INT64, "")],
    "Shape": [("dim", 2, _KIND.TYPE_MESSAGE, "*Dim")],
    "Tensor": [
        ("dtype", 1, _KIND.TYPE_INT32, ""),
        ("tensor_shape", 2, _KIND.TYPE_MESSAGE, "Shape"),
        ("tensor_content", 4, _KIND.TYPE_BYTES, ""),
        ("float_val", 5, _KIND.TYPE_FLOAT, "*"),
        ("double_val", 6, _KIND.TYPE_DOUBLE, "*"),
        ("string_val", 8, _KIND.TYPE_BYTES, "*"),
        ("int64_val", 10, _KIND.TYPE_INT64, "*"),
    ],
    "Model": [("name", 1, _KIND.TYPE_STRING, ""), ("signature_name", 3, _KIND.TYPE_STRING, "")],
    "Named": [("key", 1, _KIND.TYPE_STRING, ""), ("value", 2, _KIND.TYPE_MESSAGE, "Tensor")],
    "Request": [("model_spec", 1, _KIND.TYPE_MESSAGE, "Model"), ("inputs", 2, _KIND.TYPE_MESSAGE, "*Named")],
    "Response": [("outputs", 1, _KIND.TYPE_MESSAGE, "*Named"), ("model_spec", 2, _KIND.TYPE_MESSAGE, "Model")],
}


def _classes() -> dict[str, Any]:
    file = descriptor_pb2.FileDescriptorProto(name="predict.proto", package="predict", syntax="proto3")
    for name, fields in MESSAGES.items():
        message = file.message_type.add(name=name)
        for label, number, kind, of in fields:
            many = _KIND.LABEL_REPEATED if of.startswith("*") else _KIND.LABEL_OPTIONAL
            field = message.field.add(name=label, number=number, type=kind, label=many)
            if kind == _KIND.TYPE_MESSAGE:
                field.type_name = f".predict.{of.lstrip('*')}"
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return {name: message_factory.GetMessageClass(pool.FindMessageTypeByName(f"predict.{name}")) for name in MESSAGES}


CLASS = _classes()


def request(rows: Sequence[Mapping[str, Any]], described: Mapping[str, Any]) -> Any:
    """The message for the typed signature: numbers as they are, nan where unknown."""
    message = CLASS["Request"]()
    message.model_spec.name = described["model"]
    message.model_spec.signature_name = "serving_default"
    for column in described["columns"]:
        cells = [row[column["name"]] for row in rows]
        tensor = message.inputs.add(key=column["input"]).value
        tensor.tensor_shape.dim.add(size=len(rows))
        if column["kind"] == "number":
            tensor.dtype = DOUBLE
            tensor.double_val.extend(math.nan if cell is None or cell == "" else float(cell) for cell in cells)
        else:
            tensor.dtype = STRING
            tensor.string_val.extend(("" if cell is None else str(cell)).encode() for cell in cells)
    return message


def answers(response: Any) -> list[dict[str, Any]]:
    """One answer by name per row."""
    outputs = {each.key: list(_rows(each.value)) for each in response.outputs}
    return [dict(zip(outputs, row, strict=True)) for row in zip(*outputs.values(), strict=True)]


def _rows(tensor: Any) -> Iterator[Any]:
    sizes = [each.size for each in tensor.tensor_shape.dim]
    found = list(getattr(tensor, VALUES[tensor.dtype]))
    if tensor.tensor_content:
        found = [value for (value,) in struct.iter_unpack(f"<{CONTENT[tensor.dtype]}", tensor.tensor_content)]
    found = [value.decode() if isinstance(value, bytes) else value for value in found]
    wide = math.prod(sizes[1:])
    # Where all values are alike, one of them may stand for all.
    found += found[-1:] * (sizes[0] * wide - len(found))
    for row in range(sizes[0]):
        yield found[row] if len(sizes) == 1 else found[row * wide : (row + 1) * wide]


def predict(rows: Sequence[Mapping[str, Any]], address: str, described: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One answer by name per row. Errors: grpc.RpcError with what the server said."""
    with grpc.insecure_channel(address) as channel:
        ask = channel.unary_unary(
            METHOD, CLASS["Request"].SerializeToString, response_deserializer=CLASS["Response"].FromString
        )
        return answers(ask(request(rows, described), timeout=SECONDS))


def main() -> None:
    """Print the answers to the rows of a file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", help="a JSON file with a list of rows")
    parser.add_argument("--address", default="localhost:8500", help="where the server listens")
    given = parser.parse_args()
    described = json.loads(Path(__file__).with_name("columns.json").read_text(encoding="utf-8"))
    rows = json.loads(Path(given.rows).read_text(encoding="utf-8"))
    json.dump(predict(rows, given.address, described), sys.stdout, ensure_ascii=False, indent=2)


if __name__ == "__main__":
    main()
