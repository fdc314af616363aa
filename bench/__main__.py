"""`make bench`: measure pages of the real server beside a bare Flask page, in turns, on SQLite and PostgreSQL; then searches in a staff list of
100,000 people, and the start rush of an exam; write bench/last.json."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import IO, Any

from bench.load import Knocker
from bench.machine import machine
from bench.pages import hello_page, pages_of
from bench.rush import rush_bench
from bench.search import search_bench
from bench.worlds import copy, databases, make, make_durable
from tests.heavy.browsers import Room
from tests.heavy.servers import ROOT, Server, running

ROUNDS, PAGE_SECONDS, HELLO_SECONDS, WARM_UP_SECONDS = 4, 1.0, 0.6, 0.5
LAST = Path(__file__).with_name("last.json")
HEADING = f"{'page':<22} {'database':<11} {'rps':>7} {'hello':>7} {'ratio':>6} {'p50 ms':>7} {'p95 ms':>7}"


class Generator:
    """The process that knocks."""

    def __init__(self, given: IO[str], taken: IO[str]) -> None:
        self.given, self.taken = given, taken

    def play(self, knockers: list[Knocker], seconds: float) -> dict[str, Any]:
        """One round: {rps, ms}."""
        self.given.write(json.dumps({"knockers": [asdict(one) for one in knockers], "seconds": seconds}) + "\n")
        self.given.flush()
        said: dict[str, Any] = json.loads(self.taken.readline())
        if "error" in said:
            raise SystemExit(f"Measured nothing: {said['error']}")
        return said


@contextmanager
def generator() -> Iterator[Generator]:
    """The load generator, for as long as needed."""
    command = [sys.executable, "-m", "bench.load"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin and process.stdout
        yield Generator(process.stdin, process.stdout)
        process.stdin.close()


def measure(kind: str, pages: dict[str, list[Knocker]], hello: list[Knocker], load: Generator) -> list[dict[str, Any]]:
    """Every page in turn with the bare page, round after round; the medians of the rounds."""
    seen: dict[str, list[tuple[dict[str, Any], dict[str, Any]]]] = {name: [] for name in pages}
    for knockers in [hello, *pages.values()]:
        load.play(knockers, WARM_UP_SECONDS)
    for _round in range(ROUNDS):
        for name, knockers in pages.items():
            seen[name].append((load.play(hello, HELLO_SECONDS), load.play(knockers, PAGE_SECONDS)))
    return [row_of(name, kind, rounds) for name, rounds in seen.items()]


def row_of(page: str, kind: str, rounds: list[tuple[dict[str, Any], dict[str, Any]]]) -> dict[str, Any]:
    """A line of the table: medians of the rounds; times over all answers of all rounds."""
    hello, rps = (median(pair[index]["rps"] for pair in rounds) for index in (0, 1))
    times = quantiles([one for pair in rounds for one in pair[1]["ms"]], n=100)
    row = {"page": page, "database": kind, "rps": round(rps, 1), "hello_rps": round(hello, 1), "ratio": round(rps / hello, 3)}
    return {**row, "p50_ms": round(times[49], 1), "p95_ms": round(times[94], 1)}


def line_of(row: dict[str, Any]) -> str:
    """A row as it is printed."""
    numbers = f"{row['rps']:>7.0f} {row['hello_rps']:>7.0f} {row['ratio']:>6.3f} {row['p50_ms']:>7.1f} {row['p95_ms']:>7.1f}"
    return f"{row['page']:<22} {row['database']:<11} {numbers}"


def bench(folder: Path) -> list[dict[str, Any]]:
    """Make the district twice, then measure on one database after the other."""
    start, rows = time.monotonic(), []
    hello = Server(folder, "", [sys.executable, "-m", "bench.hello"], ready="/")
    print("· The district is made on both databases …", flush=True)
    with databases(folder) as addresses, generator() as load, running(hello):
        make(addresses["sqlite"], folder)
        copy(addresses["sqlite"], addresses["postgresql"], folder)
        make_durable(addresses["postgresql"])
        print(f"  after {time.monotonic() - start:.0f} s\n\n{HEADING}", flush=True)
        for kind, address in addresses.items():
            with running(Server(folder, address)) as server, Room() as room:
                for row in measure(kind, pages_of(server, address, folder, room), hello_page(hello), load):
                    rows.append(row)
                    print(line_of(row), flush=True)
    return rows


def main() -> None:
    """Measure, print, and write bench/last.json."""
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="lmsbench") as folder:
        rows = bench(Path(folder))
    with tempfile.TemporaryDirectory(prefix="lmsbench") as folder, databases(Path(folder)) as addresses:
        searches = search_bench(addresses, Path(folder))
    with tempfile.TemporaryDirectory(prefix="lmsbench") as folder, databases(Path(folder)) as addresses:
        rushes = rush_bench(addresses, Path(folder))
    seconds = round(time.monotonic() - start)
    measured = {"rows": rows, "searches": searches, "rushes": rushes}
    said = {"date": datetime.now(UTC).isoformat(timespec="seconds"), "seconds": seconds, "machine": machine(), **measured}
    LAST.write_text(json.dumps(said, ensure_ascii=False, indent=2) + "\n", "utf-8")
    print(f"\nWritten to {LAST.relative_to(ROOT)} after {seconds} s.")


if __name__ == "__main__":
    main()
