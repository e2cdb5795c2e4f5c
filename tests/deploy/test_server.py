"""The server over real HTTP: what it takes, what it refuses and how it says so, many at once, and its end."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from workshop import Shop

from engine.errors import UserError
from engine.serving.body import MAX_BYTES, MAX_ROWS
from engine.serving.opened import open_bundle
from engine.serving.server import KEY, Settings, serve
from engine.targets.held_out import rows_of
from engine.targets.rest_proof import started

pytestmark = pytest.mark.slow
JSON = "application/json"
ROW = {"age": 50.0, "income": 900.0, "city": "Rome", "member": "true", "joined": "2023-05-01", "note": "kind staff"}


@pytest.fixture(scope="module")
def address(shops: dict[str, Shop]) -> Iterator[str]:
    with started(shops["binary"].bundle) as address:
        yield address


def ask(address: str, body: Any, kind: str = JSON, path: str = "/predict", method: str = "POST") -> tuple[int, Any]:
    """Status and decoded answer."""
    connection = HTTPConnection(address, timeout=60)
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    connection.request(method, path, raw, {"content-type": kind})
    answer = connection.getresponse()
    content = json.loads(answer.read())
    connection.close()
    return answer.status, content


def test_three_forms_of_json_and_csv_say_the_same(address: str) -> None:
    said = [ask(address, body) for body in ({"rows": [ROW]}, [ROW], ROW)]
    lines = ",".join(ROW) + "\r\n" + ",".join(map(str, ROW.values())) + "\r\n"
    said.append(ask(address, b"\xef\xbb\xbf" + lines.encode(), "text/csv; charset=utf-8"))
    assert [status for status, _ in said] == [200] * 4
    assert all(content == said[0][1] for _, content in said)
    (one,) = said[0][1]["predictions"]
    assert one["prediction"] == ("yes" if one["probabilities"]["yes"] >= 0.35 else "no")
    assert sum(one["probabilities"].values()) == pytest.approx(1)
    assert said[0][1]["warnings"] == []


def test_health_and_schema(address: str, shops: dict[str, Shop]) -> None:
    status, health = ask(address, b"", path="/health", method="GET")
    assert (status, health["status"]) == (200, "ok")
    assert health["model"] == shops["binary"].plan.evaluation.result.digest  # type: ignore[union-attr]
    status, schema = ask(address, b"", path="/schema", method="GET")
    assert status == 200
    assert [column["name"] for column in schema["columns"]] == list(ROW)
    assert schema["columns"][0]["kind"] == "number"


def refused(column: str, value: Any) -> dict[str, Any]:
    return {"rows": [ROW, {**ROW, column: value}]}


@pytest.mark.parametrize(
    ("body", "column", "words"),
    [
        ({"rows": [ROW, {key: value for key, value in ROW.items() if key != "city"}]}, "city", "missing"),
        (refused("age", "old"), "age", "'old' is not a number"),
        (refused("age", True), "age", "true or false was given"),
        (refused("age", [1]), "age", "a list was given"),
        (refused("age", {"value": 1}), "age", "an object was given"),
        (refused("age", "1e999"), "age", "'1e999' is not a number"),
        (refused("age", "inf"), "age", "is not a number"),
        (refused("joined", "yesterday"), "joined", "is not a date"),
        (refused("joined", 20230501), "joined", "a number was given"),
        (refused("city", ["Rome"]), "city", "a list was given"),
        (refused("note", {}), "note", "an object was given"),
    ],
)
def test_cells_that_cannot_be_used_are_named(address: str, body: Any, column: str, words: str) -> None:
    status, content = ask(address, body)
    assert status == 422, content
    (problem,) = content["problems"]
    assert (problem["row"], problem["column"]) == (2, column)
    assert words in problem["message"]
    assert content["error"] == problem["message"]


def test_every_bad_cell_is_told_up_to_twenty(address: str) -> None:
    status, content = ask(address, [{**ROW, "age": "a", "income": "b"}] * 3)
    assert status == 422
    assert [(one["row"], one["column"]) for one in content["problems"]] == [
        (row, column) for row in (1, 2, 3) for column in ("age", "income")
    ]
    status, content = ask(address, [{}] * 100)
    assert (status, len(content["problems"])) == (422, 20)


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"", JSON, 400),
        (b"{", JSON, 400),
        (b'{"age": NaN}', JSON, 400),
        (b"\xff\xfe\x00", JSON, 400),
        (b"[" * 100_000, JSON, 400),
        (b"null", JSON, 422),
        (b'"text"', JSON, 422),
        (b"[1]", JSON, 422),
        (b"[]", JSON, 422),
        (b'{"rows": []}', JSON, 422),
        (b"", "text/csv", 422),
        (b"age,income\n", "text/csv", 422),
        (b"age,income\n1\n", "text/csv", 422),
        (b"\xff\xfe", "text/csv", 400),
        (b'age\n"', "text/csv", 400),
        (b"<row/>", "application/xml", 415),
        (b"x" * (MAX_BYTES + 1), JSON, 413),
        (b"[" + b",".join([b"{}"] * (MAX_ROWS + 1)) + b"]", JSON, 413),
    ],
)
def test_bodies_that_are_no_rows(address: str, body: bytes, kind: str, status: int) -> None:
    found, content = ask(address, body, kind)
    assert found == status, content
    assert content["error"]
    assert "Traceback" not in json.dumps(content)


def test_wrong_place_and_method(address: str) -> None:
    assert ask(address, b"", path="/", method="GET")[0] == 404
    assert ask(address, b"", path="/predict", method="GET")[0] == 405


def test_unseen_category_and_far_number_are_taken_and_told(address: str) -> None:
    status, content = ask(address, [ROW, {**ROW, "city": "Atlantis", "income": 1e9, "extra": 1}])
    assert status == 200
    assert {(one["row"], one["column"]) for one in content["warnings"]} == {(2, "city"), (2, "income")}
    assert len(content["predictions"]) == 2


def test_unknown_values_are_taken(address: str) -> None:
    status, content = ask(address, [dict.fromkeys(ROW), {**ROW, "age": " 50 ", "member": True}, ROW])
    assert status == 200
    assert content["predictions"][1] == content["predictions"][2]


def test_the_server_answers_after_all_that(address: str) -> None:
    assert ask(address, ROW)[0] == 200


def test_many_at_once_get_their_own_answers(address: str, shops: dict[str, Shop]) -> None:
    rows = rows_of(shops["binary"].frame[list(ROW)])
    predictor = open_bundle(shops["binary"].bundle)
    wanted = predictor.outputs({name: [row[name] for row in rows] for name in ROW})
    parts = [list(range(start, min(start + 1 + start % 7, len(rows)))) for start in range(0, len(rows), 7)]

    def one(part: list[int]) -> list[float]:
        status, content = ask(address, [rows[row] for row in part])
        assert status == 200
        return [said["probabilities"]["yes"] for said in content["predictions"]]

    with ThreadPoolExecutor(8) as pool:
        for part, said in zip(parts, pool.map(one, parts), strict=True):
            assert said == pytest.approx(wanted[part], abs=1e-6)


def begin(bundle: Path, *words: str, key: str = "") -> tuple[subprocess.Popen[str], str]:
    """A server of its own, and its address."""
    command = [sys.executable, "-B", str(bundle / "serve.py"), "--port", "0", *words]
    environment = {**os.environ, KEY: key}
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    assert server.stderr is not None
    return server, server.stderr.readline().partition("http://")[2].split()[0]


def test_a_request_in_flight_is_answered_before_the_end(shops: dict[str, Shop]) -> None:
    server, address = begin(shops["binary"].bundle)
    host, port = address.split(":")
    body = json.dumps(ROW).encode()
    with socket.create_connection((host, int(port))) as half:
        half.sendall(f"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body[:10])
        assert ask(address, b"", path="/health", method="GET")[0] == 200
        server.send_signal(signal.SIGTERM)
        half.sendall(body[10:])
        half.settimeout(30)
        assert half.recv(15) == b"HTTP/1.1 200 OK"
    assert server.wait(timeout=30) == 0
    assert server.stderr is not None
    assert "Traceback" not in server.stderr.read()


def test_interrupt_ends_with_130(shops: dict[str, Shop]) -> None:
    server, _ = begin(shops["binary"].bundle)
    server.send_signal(signal.SIGINT)
    assert server.wait(timeout=30) == 130


def test_port_in_use_is_one_sentence(address: str, shops: dict[str, Shop]) -> None:
    port = int(address.split(":")[1])
    with pytest.raises(UserError, match=f"cannot listen on 127.0.0.1:{port} .*--port"):
        serve(shops["binary"].bundle, Settings(port=port))


def test_no_bundle_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="run deployment"):
        serve(tmp_path / "bundle", Settings())
