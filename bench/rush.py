"""The start rush: three hundred people of one exam press "Bắt đầu làm bài" at the same moment, and how long the last of them waits."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from lms.base import db
from tests.heavy.browsers import Answer, Browser, Room
from tests.heavy.servers import Server, running
from tests.heavy.worlds import Class, attempt_of, gather

from .worlds import make_durable

PEOPLE = 300
HEADING = f"{'start rush':<22} {'database':<11} {'people':>7} {'errors':>7} {'p50 s':>7} {'p95 s':>7} {'all s':>7}"


def _press(browser: Browser, action: str, key: str, gate: threading.Barrier) -> tuple[Answer, float]:
    gate.wait()
    start = time.monotonic()
    return browser.post(action, {}, key), time.monotonic() - start


def _rush(people: Class, port: int, room: Room) -> dict[str, Any]:
    """All are signed in and have read the rules; then all press."""
    action = f"{people.test_address}/start"
    with ThreadPoolExecutor(PEOPLE) as pool:
        browsers = list(pool.map(lambda name: people.arrive(port, name, room), people.names))
        keys = list(pool.map(lambda browser: browser.get(people.test_address).key(action), browsers))
        gate, start = threading.Barrier(PEOPLE), time.monotonic()
        pressed = list(pool.map(lambda pair: _press(pair[0], action, pair[1], gate), zip(browsers, keys, strict=True)))
    seconds = time.monotonic() - start
    waited = quantiles([one for _answer, one in pressed], n=100)
    errors = sum(answer.status != 303 for answer, _waited in pressed)
    started = len({attempt_of(answer.location) for answer, _waited in pressed if answer.status == 303})
    if started + errors != PEOPLE:
        raise SystemExit(f"Measured nothing: {started} attempts of {PEOPLE} people.")
    return {"people": PEOPLE, "errors": errors, "p50_s": round(median(waited), 2), "p95_s": round(waited[94], 2), "all_s": round(seconds, 2)}


def line_of(row: dict[str, Any]) -> str:
    """A row as it is printed."""
    numbers = f"{row['people']:>7} {row['errors']:>7} {row['p50_s']:>7.2f} {row['p95_s']:>7.2f} {row['all_s']:>7.2f}"
    return f"{'start of an exam':<22} {row['database']:<11} {numbers}"


def rush_bench(addresses: dict[str, str], folder: Path) -> list[dict[str, Any]]:
    """Measure it on every (empty) database."""
    rows = []
    print(f"\n{HEADING}", flush=True)
    for kind, address in addresses.items():
        people = gather(address, folder, PEOPLE)
        if kind == "postgresql":
            make_durable(address)
        with running(Server(folder, address)) as server, Room() as room:
            rows.append({"database": kind, **_rush(people, server.port, room)})
        with people.app.app_context():
            db.session.remove()
            db.engine.dispose()
        print(line_of(rows[-1]), flush=True)
    return rows
