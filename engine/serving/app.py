"""The HTTP face of a model: predictions, what it takes, its counts; what cannot be used is told with row and column."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from engine.errors import UserError
from engine.serving import openapi, validate
from engine.serving.body import MAX_BYTES, BadBody, rows_of
from engine.serving.looking_back import with_past
from engine.serving.measured import Meter
from engine.serving.opened import Answers
from engine.serving.schema import Schema


def application(predictor: Answers, schema: Schema, folder: Path, meter: Meter) -> Starlette:
    """The application that answers for the model of a folder; `meter` is what /metrics tells."""
    document = openapi.described(schema, folder)

    async def predict(request: Request) -> Response:
        body = await _body(request)
        content_type = request.headers.get("content-type", "")
        said = await run_in_threadpool(answer, predictor, schema, body, content_type)
        request.state.rows, request.state.warnings = len(said["predictions"]), len(said["warnings"])
        return json(said)

    async def health(request: Request) -> Response:
        meta = predictor.artifact.meta
        return json({"status": "ok", "task": schema.task, "target": schema.target, "model": meta.model})

    async def described(request: Request) -> Response:
        return json(schema)

    async def interface(request: Request) -> Response:
        return json(document)

    async def counts(request: Request) -> Response:
        return Response(meter.text(), media_type="text/plain; version=0.0.4")

    return Starlette(
        routes=[
            Route("/predict", predict, methods=["POST"]),
            Route("/health", health),
            Route("/schema", described),
            Route("/openapi.json", interface),
            Route("/metrics", counts),
        ],
        exception_handlers={
            BadBody: _bad_body,
            validate.Refused: _refused,
            UserError: _unusable,
            HTTPException: _http,
            Exception: _broken,
        },
    )


def answer(predictor: Answers, schema: Schema, body: bytes, content_type: str) -> dict[str, Any]:
    """The answer to one request. Errors: BadBody, Refused, UserError."""
    rows = with_past(predictor.artifact.meta.past, rows_of(body, content_type, schema))
    columns, warnings = validate.columns(schema, predictor.artifact.preparation, rows)
    outputs = predictor.outputs(columns)
    said: list[dict[str, Any]] = [{"prediction": value} for value in predictor.decide(outputs)]
    word, numbers = predictor.artifact.code.details(outputs)
    if word:
        for row, one in enumerate(said):
            one[word] = {name: float(each[row]) for name, each in numbers.items()}
    return {"predictions": said, "warnings": warnings}


def json(content: object, status: int = 200) -> Response:
    """A response in JSON."""
    return Response(msgspec.json.encode(content), status, media_type="application/json")


async def _body(request: Request) -> bytes:
    """The body, read no further than MAX_BYTES. Errors: BadBody."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > MAX_BYTES:
            raise BadBody(413, f"the body has more than {MAX_BYTES:,} bytes: send several requests")
        parts.append(part)
    return b"".join(parts)


async def _bad_body(request: Request, error: Exception) -> Response:
    assert isinstance(error, BadBody)
    return json({"error": str(error), "problems": []}, error.status)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, validate.Refused)
    return json({"error": str(error), "problems": error.problems}, 422)


async def _unusable(request: Request, error: Exception) -> Response:
    return json({"error": str(error), "problems": []}, 422)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    places = "POST /predict, GET /health, GET /schema, GET /openapi.json, GET /metrics"
    return json({"error": f"{error.detail}: there are {places}", "problems": []}, error.status_code)


async def _broken(request: Request, error: Exception) -> Response:
    return json({"error": "the server failed on this request; its log says why", "problems": []}, 500)
