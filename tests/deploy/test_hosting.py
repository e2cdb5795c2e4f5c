"""A bundle run for others: its interface and counts, a key, limits, several workers, and the files for who hosts it."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from test_server import ROW, ask, begin
from workshop import Shop

pytestmark = pytest.mark.slow


def get(address: str, path: str, **headers: str) -> tuple[int, str]:
    connection = HTTPConnection(address, timeout=60)
    connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    content = answer.read().decode()
    connection.close()
    return answer.status, content


def ended(server: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Exit code and what was said, after being told to stop."""
    server.send_signal(signal.SIGTERM)
    out, err = server.communicate(timeout=60)
    return server.returncode, out, err


def counts(text: str) -> dict[str, float]:
    lines = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in lines}


def test_one_server_tells_its_interface_counts_and_logs_and_asks_for_its_key(shops: dict[str, Shop]) -> None:
    bundle = shops["binary"].bundle
    server, address = begin(bundle, "--log", "--timeout", "1", key="a secret")
    body = json.dumps(ROW)

    def post(key: str | None, content: str = body) -> tuple[int, Any]:
        connection = HTTPConnection(address, timeout=60)
        headers = {"content-type": "application/json", **({} if key is None else {"x-api-key": key})}
        connection.request("POST", "/predict", content, headers)
        answer = connection.getresponse()
        said = json.loads(answer.read())
        connection.close()
        return answer.status, said

    assert get(address, "/health")[0] == 200, "who watches over the server has no key"
    for wrong in (None, "", "another"):
        status, said = post(wrong)
        assert status == 401
        assert "x-api-key" in said["error"]
    assert post("a secret")[0] == 200
    assert post("a secret", json.dumps([{**ROW, "city": "Atlantis"}] * 3))[0] == 200
    assert post("a secret", "{")[0] == 400
    status, text = get(address, "/openapi.json", x_api_key="a secret")
    document = json.loads(text)
    assert status == 200
    body_of = document["paths"]["/predict"]["post"]["requestBody"]["content"]["application/json"]
    assert set(body_of["schema"]["oneOf"][2]["properties"]) == set(ROW)
    assert post("a secret", json.dumps(body_of["example"]))[0] == 200
    host, port = address.split(":")
    with socket.create_connection((host, int(port))) as slow:
        slow.sendall(b"POST /predict HTTP/1.1\r\nHost: x\r\nx-api-key: a secret\r\nContent-Length: 50\r\n\r\n{")
        slow.settimeout(60)
        assert slow.recv(12) == b"HTTP/1.1 503"
    told = counts(get(address, "/metrics", x_api_key="a secret")[1])
    own = 'worker="0",path="/predict"'
    assert told[f'modelwright_requests_total{{{own},status="200"}}'] == 3
    assert told[f'modelwright_requests_total{{{own},status="401"}}'] == 3
    assert told['modelwright_rows_total{worker="0"}'] == 1 + 3 + len(body_of["example"]["rows"])
    assert told['modelwright_warnings_total{worker="0"}'] >= 1
    assert told['modelwright_request_seconds_bucket{worker="0",le="+Inf"}'] == 10
    code, out, err = ended(server)
    assert code == 0
    assert "Traceback" not in err
    lines = [json.loads(line) for line in out.splitlines()]
    assert [line["status"] for line in lines if line["path"] == "/predict"] == [401, 401, 401, 200, 200, 400, 200, 503]
    assert "Atlantis" not in out, "what rows hold is not logged"


def test_a_worker_that_is_killed_is_replaced_and_all_end_together(shops: dict[str, Shop]) -> None:
    server, address = begin(shops["binary"].bundle, "--workers", "2")
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children")
    assert ask(address, ROW)[0] == 200
    before = children.read_text().split()
    assert len(before) == 2
    assert server.stderr is not None
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        # One that dies within its first second is taken for one that cannot work at all.
        if all(
            float(Path(f"/proc/{child}/stat").read_text().split()[21]) / os.sysconf("SC_CLK_TCK")
            < float(Path("/proc/uptime").read_text().split()[0]) - 1.5
            for child in before
        ):
            break
    os.kill(int(before[0]), signal.SIGKILL)
    assert "another one takes its place" in server.stderr.readline()
    after = children.read_text().split()
    assert before[1] in after
    assert before[0] not in after
    for _ in range(20):
        assert ask(address, ROW)[0] == 200
    code, _, err = ended(server)
    assert code == 0
    assert "Traceback" not in err
    assert not [child for child in after if Path(f"/proc/{child}").exists()]


def test_files_for_hosts_are_what_they_say(shops: dict[str, Shop], tmp_path: Path) -> None:
    bundle = shops["binary"].bundle
    server, address = begin(bundle)
    if shutil.which("node"):
        line = ["node", str(bundle / "client.mjs"), f"http://{address}"]
        said = json.loads(subprocess.run(line, stdout=subprocess.PIPE, check=True).stdout)
        assert said["predictions"][0] == json.loads((bundle / "example_response.json").read_text())["predictions"][0]
    line = [sys.executable, str(bundle / "load.py"), f"http://{address}", "--seconds", "1", "--at-once", "2"]
    assert "requests per second" in subprocess.run(line, stdout=subprocess.PIPE, text=True, check=True).stdout
    assert ended(server)[0] == 0
    copied = [line.split()[1:] for line in (bundle / "Dockerfile").read_text().splitlines() if line.startswith("COPY")]
    assert copied == [["requirements.txt", "."], [".", "."]]
    (service,) = bundle.glob("*.service")
    assert "serve.py --port 8000 --log" in service.read_text()
