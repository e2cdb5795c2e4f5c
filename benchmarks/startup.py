"""Start-up: from starting the program to a full screen on a real terminal, against a hello-world Textual app.

Full paint is the first moment at which 97 % of the cells that the settled screen has drawn are right, in letter and
colour; cells that it leaves as an empty terminal has them do not count. Runs are interleaved.
"""

import argparse
import os
import select
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import pyte
from common import ROOT, announce, end_supervisor, make_projects, spread, table

from tests.terminal.harness import Terminal

SIZE = (80, 24)
SHARE = 0.97
QUIET, LONGEST = 2.0, 60.0
BUDGET_RATIO, BUDGET_BYTES = 1.5, 10_000
TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Start:
    """One start: seconds and processor seconds to full paint, bytes to full paint, bytes until it was silent."""

    wall: float
    cpu: float
    painted: int
    settled: int


class Clocked(Terminal):
    """A terminal that notes when bytes came, and draws nothing while it waits for them."""

    def start_up(self, began: float) -> Start:
        arrivals: list[tuple[int, float, float]] = []
        last = began
        while time.monotonic() - last < (QUIET if arrivals else LONGEST):
            if not select.select([self._fd], [], [], 0.2)[0]:
                continue
            try:
                self.raw += os.read(self._fd, 65536)
            except OSError:
                raise SystemExit(f"it ended: {self.raw.decode('utf-8', 'replace')[-2000:]}") from None
            last = time.monotonic()
            arrivals.append((len(self.raw), last - began, processor_seconds(self.pid)))
        painted = next(size for size, _, _ in arrivals if right(bytes(self.raw), size) >= SHARE)
        _, wall, cpu = next(arrival for arrival in arrivals if arrival[0] == painted)
        return Start(wall, cpu, painted, len(self.raw))


def right(raw: bytes, size: int) -> float:
    """The share of the finally drawn cells that is right after the first `size` bytes."""
    empty, final, now = cells(b""), cells(raw), cells(raw[:size])
    drawn = [place for place, cell in enumerate(final) if cell != empty[place]]
    return sum(now[place] == final[place] for place in drawn) / len(drawn)


def cells(content: bytes) -> list[object]:
    columns, rows = SIZE
    screen = pyte.Screen(columns, rows)
    pyte.Stream(screen).feed(content.decode("utf-8", "replace"))
    return [screen.buffer[y][x] for y in range(rows) for x in range(columns)]


def processor_seconds(pid: int) -> float:
    """User and system seconds of a process and its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def start(*words: str) -> Start:
    began = time.monotonic()
    with Clocked(*words, size=SIZE) as terminal:
        return terminal.start_up(began)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=9)
    runs = parser.parse_args().runs
    announce("textual")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "projects"
        make_projects(folder)
        wizard = ("-m", "tui", "--projects", str(folder))
        programs = {
            "hello world": (str(ROOT / "benchmarks" / "hello.py"),),
            "home, 3 projects": wizard,
            "a new project": (*wizard, "open", "bare"),
            "a filled project": (*wizard, "open", "filled"),
        }
        seen: dict[str, list[Start]] = {name: [] for name in programs}
        for run in range(runs + 1):
            for name, words in programs.items():
                found = start(*words)
                for project in folder.iterdir():
                    end_supervisor(project)
                if run:
                    seen[name].append(found)
    hello = seen["hello world"]
    rows = []
    for name, starts in seen.items():
        pairs = list(zip(starts, hello, strict=True))
        rows.append(
            [
                name,
                spread([one.wall for one in starts]),
                spread([one.wall / other.wall for one, other in pairs]),
                f"{min(one.wall for one in starts) / min(one.wall for one in hello):.2f}",
                spread([one.cpu / other.cpu for one, other in pairs]),
                spread([one.painted for one in starts], ".0f"),
                spread([one.settled for one in starts], ".0f"),
            ]
        )
    print(f"{runs} interleaved runs after one that is not counted; min / median / max")
    print(f"budget: full paint {BUDGET_RATIO} x hello world, {BUDGET_BYTES:,} bytes")
    head = ["", "full paint, s", "x hello, pairs", "x hello, best", "processor x hello", "bytes to it", "bytes settled"]
    table(head, rows)


if __name__ == "__main__":
    main()
