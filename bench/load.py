"""The load generator, a process of its own: reads a round (JSON) a line, knocks for so long over kept connections, writes what it measured."""

import json
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection
from itertools import count, cycle
from typing import Any


@dataclass(frozen=True)
class Knocker:
    """One connection and what it asks for. `saves`: (position, value) pairs to save in turn instead of opening a page."""

    port: int
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    saves: list[tuple[int, str]] = field(default_factory=list)
    client: str = ""


_numbers: dict[str, Iterator[int]] = {}


def _bodies(knocker: Knocker) -> Iterator[bytes | None]:
    if not knocker.saves:
        while True:
            yield None
    numbers = _numbers.setdefault(knocker.client, count(1))
    for position, value in cycle(knocker.saves):
        save = {"position": position, "values": [value], "client": knocker.client, "number": next(numbers), "seen": 0, "late": False}
        yield json.dumps(save).encode()


def knock(knocker: Knocker, until: float) -> list[float]:
    """Ask until that instant; the milliseconds that each answer took. Any answer but 200 ends the benchmark."""
    taken, connection = [], HTTPConnection("127.0.0.1", knocker.port, timeout=30)
    for body in _bodies(knocker):
        start = time.perf_counter()
        if start > until:
            break
        connection.request("POST" if body else "GET", knocker.path, body, knocker.headers)
        response = connection.getresponse()
        response.read()
        if response.status != 200:
            raise RuntimeError(f"{knocker.path}: {response.status}")
        taken.append(1000 * (time.perf_counter() - start))
    connection.close()
    return taken


def play(knockers: list[Knocker], seconds: float) -> dict[str, Any]:
    """A round: all knock at once."""
    start = time.perf_counter()
    with ThreadPoolExecutor(len(knockers)) as pool:
        taken = [one for times in pool.map(lambda knocker: knock(knocker, start + seconds), knockers) for one in times]
    return {"rps": len(taken) / (time.perf_counter() - start), "ms": taken}


def main() -> None:
    """Play round after round until the input ends."""
    for line in sys.stdin:
        wanted = json.loads(line)
        try:
            said = play([Knocker(**one) for one in wanted["knockers"]], wanted["seconds"])
        except Exception as error:
            said = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(said), flush=True)


if __name__ == "__main__":
    main()
