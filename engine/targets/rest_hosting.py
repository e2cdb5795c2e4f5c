"""Files of a bundle for who runs it: container, service of a Linux machine, load test, and a client in JavaScript."""

DOCKERFILE = """FROM python:3.11-slim
WORKDIR /model
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt && useradd --no-create-home model
COPY . .
USER model
EXPOSE 8000
HEALTHCHECK CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/health', timeout=5)"]
CMD ["python", "serve.py", "--host", "0.0.0.0", "--port", "8000", "--log"]
"""

COMPOSE = """services:
  model:
    build: .
    restart: unless-stopped
    read_only: true
    ports: ["127.0.0.1:8000:8000"]
    # With a key, every request but GET /health has to send it as the header x-api-key.
    environment:
      MODELWRIGHT_KEY: ${MODELWRIGHT_KEY:-}
"""

SERVICE = """[Unit]
Description={name}: predicts {target}
After=network.target

[Service]
WorkingDirectory=/srv/{name}
# A line MODELWRIGHT_KEY=… there makes every request but GET /health send it as the header x-api-key.
EnvironmentFile=-/etc/{name}.env
ExecStart=/srv/{name}/env/bin/python serve.py --port 8000 --log
Restart=on-failure
DynamicUser=yes
ProtectSystem=strict
NoNewPrivileges=yes

[Install]
WantedBy=multi-user.target
"""

CLIENT = """// node client.mjs [ADDRESS]: sends the example rows and prints the answer.
import { readFile } from "node:fs/promises";

const address = process.argv[2] ?? "http://127.0.0.1:8000";
const body = await readFile(new URL("example_request.json", import.meta.url));
const headers = { "content-type": "application/json" };
if (process.env.MODELWRIGHT_KEY) headers["x-api-key"] = process.env.MODELWRIGHT_KEY;
const answer = await fetch(`${address}/predict`, { method: "POST", headers, body });
console.log(JSON.stringify(await answer.json()));
process.exitCode = answer.ok ? 0 : 1;
"""

LOAD = '''"""Asks a running server as fast as it answers: python load.py [ADDRESS] [--seconds N] [--at-once N]."""

import argparse
import json
import os
import threading
import time
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit


def ask(address: str, body: bytes, until: float, taken: list[float], failed: list[int]) -> None:
    headers = {"content-type": "application/json", "x-api-key": os.environ.get("MODELWRIGHT_KEY", "")}
    connection = HTTPConnection(urlsplit(address).netloc, timeout=60)
    while time.perf_counter() < until:
        began = time.perf_counter()
        connection.request("POST", "/predict", body, headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status == 200:
            taken.append(time.perf_counter() - began)
        else:
            failed.append(answer.status)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address", nargs="?", default="http://127.0.0.1:8000")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--at-once", type=int, default=4)
    given = parser.parse_args()
    rows = json.loads(Path(__file__).with_name("example_request.json").read_text())["rows"]
    body = json.dumps(rows[0]).encode()
    taken: list[float] = []
    failed: list[int] = []
    until = time.perf_counter() + given.seconds
    arguments = (given.address, body, until, taken, failed)
    threads = [threading.Thread(target=ask, args=arguments) for _ in range(given.at_once)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken.sort()
    half, most = (1000 * taken[int(share * (len(taken) - 1))] if taken else 0.0 for share in (0.5, 0.99))
    print(f"{len(taken) / given.seconds:.0f} requests per second, half within {half:.1f} ms, 99 % within {most:.1f} ms")
    if failed:
        raise SystemExit(f"{len(failed)} requests failed, the first with status {failed[0]}")


if __name__ == "__main__":
    main()
'''


def files(name: str, target: str) -> dict[str, str]:
    """Their contents by name, for a model called `name`."""
    word = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in name.lower())
    told = " ".join(target.split()).replace("%", "%%")
    return {
        "Dockerfile": DOCKERFILE,
        ".dockerignore": "env\n",
        "compose.yaml": COMPOSE,
        f"{word}.service": SERVICE.format(name=word, target=told),
        "client.mjs": CLIENT,
        "load.py": LOAD,
    }
