"""The interface of a model in OpenAPI 3.1, made from its schema, with the examples of its folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from engine.serving.body import MAX_ROWS
from engine.serving.schema import Field, Schema

TYPES = {"number": ["number", "string", "null"], "boolean": ["boolean", "string", "null"]}
"""Kinds that JSON has; all others are text or null. Numbers and truths are taken as text too, as a CSV has them."""
EXAMPLES = {"request": "example_request.json", "response": "example_response.json"}


def described(schema: Schema, folder: Path) -> dict[str, Any]:
    """The document of `GET /openapi.json`."""
    row = {
        "type": "object",
        "required": [field.name for field in schema.columns],
        "properties": {field.name: _column(field) for field in schema.columns},
    }
    rows = {"type": "object", "required": ["rows"], "properties": {"rows": _many(row)}}
    ways = [rows, _many(row), row]
    if schema.series:
        recorded = {"type": "object", "required": list(schema.series), "description": "a row of the series as recorded"}
        ways += [{"type": "object", "required": ["rows"], "properties": {"rows": _many(recorded)}}]
    json = {"schema": {"oneOf" if len(ways) == 3 else "anyOf": ways}, **_example(folder, "request")}
    answer = {"application/json": {"schema": {"type": "object"}, **_example(folder, "response")}}
    wrong = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    refused = {
        "400": "the body is no JSON or CSV",
        "401": "the key is missing or wrong",
        "413": "too many rows or bytes",
        "415": "another content type",
        "422": "cells that cannot be used, each with its row and column",
        "503": "not answered in time",
    }
    predict = {
        "summary": f"Predict {schema.target}",
        "requestBody": {"required": True, "content": {"application/json": json, "text/csv": {}}},
        "responses": {
            "200": {"description": "one prediction per row, in the same order", "content": answer},
            **{code: {"description": text, "content": wrong} for code, text in refused.items()},
        },
    }
    problem = {"type": "object", "properties": {"row": {"type": "integer"}, "column": {"type": "string"}}}
    error = {
        "type": "object",
        "required": ["error", "problems"],
        "properties": {"error": {"type": "string"}, "problems": {"type": "array", "items": problem}},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": f"Predicts {schema.target}", "version": "1"},
        "paths": {
            "/predict": {"post": predict},
            "/health": _get("that the server is up"),
            "/schema": _get("the columns of a request"),
            "/metrics": _get("counts of one worker, for Prometheus"),
        },
        "components": {
            "schemas": {"Error": error},
            "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "x-api-key"}},
        },
    }


def _many(row: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "minItems": 1, "maxItems": MAX_ROWS, "items": row}


def _column(field: Field) -> dict[str, Any]:
    found: dict[str, Any] = {"type": TYPES.get(field.kind, ["string", "null"])}
    if field.low is not None and field.high is not None:
        found["description"] = f"{field.low:g} to {field.high:g} in training"
    if field.examples:
        found["examples"] = list(field.examples[:3])
    return found


def _example(folder: Path, which: str) -> dict[str, Any]:
    try:
        return {"example": msgspec.json.decode((folder / EXAMPLES[which]).read_bytes())}
    except FileNotFoundError:
        return {}


def _get(what: str) -> dict[str, Any]:
    return {"get": {"summary": what, "responses": {"200": {"description": what}}}}
