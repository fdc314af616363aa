"""The server is killed in the middle of work, ten times: what a receipt said is on disk. Told to stop, it ends in order."""

import random
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import Job, ask_for, commit, db
from lms.site import get_setting

from .browsers import CUT, Room
from .databases import empty_database
from .servers import Server, running, serving
from .sittings import Sitting
from .slow_jobs import APPLICATION, take_your_time
from .worlds import Class, application, gather

pytestmark = pytest.mark.heavy
LEARNERS, KILLS, SAVES_BETWEEN = 8, 10, 60


class Clicker:
    """A learner who answers without a pause. When the line is dead, the journal sends again until the server is back."""

    def __init__(self, sitting: Sitting, stop: threading.Event) -> None:
        self.sitting, self.stop = sitting, stop
        self.is_down, self.is_over, self.receipts = False, False, 0

    def click_on(self) -> None:
        """Until told to stop; what is under way then is still brought home."""
        try:
            while not self.stop.is_set():
                position = random.choice(self.sitting.positions)
                self._bring_home(position, [random.choice(self.sitting.sheet.options[position])])
        finally:
            self.is_over = True

    def _bring_home(self, position: int, values: list[str]) -> None:
        save = self.sitting.save(position, values)
        while True:
            try:
                self.sitting.take_receipt(save, self.sitting.post(save))
            except CUT:
                save["late"] = True
                self.is_down = True
                time.sleep(0.1)
            else:
                self.receipts += 1
                return


def _wait_for(what: Callable[[], bool], seconds: float = 30) -> None:
    give_up_at = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < give_up_at, "waited in vain"
        time.sleep(0.02)


def _forget(app: Flask) -> None:
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def people(tmp_path: Path) -> Iterator[Class]:
    """A class of eight on SQLite."""
    with empty_database("sqlite", tmp_path) as address:
        people = gather(address, tmp_path, LEARNERS)
        yield people
        _forget(people.app)


def _look_at_the_disk(people: Class, folder: Path, scratch: Path) -> dict[int, dict[int, list[str]]]:
    """The stored answers, read from a copy of the files as the killed server left them, so that the server itself has to recover."""
    scratch.mkdir()
    for file in folder.glob("lms.sqlite3*"):
        if not file.name.endswith("-shm"):
            shutil.copy(file, scratch)
    app = application(f"sqlite:///{scratch / 'lms.sqlite3'}", scratch)
    with app.app_context():
        assert db.session.execute(sa.text("PRAGMA integrity_check")).scalar() == "ok"
    stored = replace(people, app=app).stored()
    _forget(app)
    return stored


def _is_kept(sitting: Sitting, stored: dict[int, list[str]]) -> bool:
    """Whether all that was acknowledged is stored; beside it at most the one save that had no receipt yet."""
    possible = [sitting.acknowledged]
    if sitting.under_way:
        position, values = sitting.under_way
        possible.append({**sitting.acknowledged, position: values})
    return stored in possible


def _kill_and_look(server: Server, clickers: list[Clicker], people: Class, scratch: Path) -> None:
    before = sum(clicker.receipts for clicker in clickers)
    _wait_for(lambda: sum(clicker.receipts for clicker in clickers) > before + SAVES_BETWEEN)
    time.sleep(random.uniform(0, 0.05))
    for clicker in clickers:
        clicker.is_down = False
    server.kill()
    _wait_for(lambda: all(clicker.is_down or clicker.is_over for clicker in clickers))
    stored = _look_at_the_disk(people, server.folder, scratch)
    for clicker in clickers:
        sitting = clicker.sitting
        answers = stored[sitting.attempt_id]
        assert _is_kept(sitting, answers), f"acknowledged {sitting.acknowledged}, under way {sitting.under_way}, stored {answers}"


def test_every_acknowledged_answer_is_there_after_each_of_ten_kills(people: Class, tmp_path: Path) -> None:
    stop = threading.Event()
    server = Server(tmp_path, people.app.config["SQLALCHEMY_DATABASE_URI"])
    with running(server), Room() as room, ThreadPoolExecutor(LEARNERS) as pool:
        clickers = [Clicker(people.sit_down(people.arrive(server.port, name, room)), stop) for name in people.names]
        clicking = [pool.submit(clicker.click_on) for clicker in clickers]
        try:
            for number in range(KILLS):
                _kill_and_look(server, clickers, people, tmp_path / f"kill-{number}")
                server.start()
        finally:
            stop.set()
            if not server.answers():
                server.start()
        for done in clicking:
            done.result(timeout=60)
        for clicker in clickers:
            clicker.sitting.hand_in()
    acknowledged = {clicker.sitting.attempt_id: clicker.sitting.acknowledged for clicker in clickers}
    assert people.stored() == acknowledged
    assert {attempt.state for attempt in people.attempts()} == {"submitted"}


def _jobs(app: Flask) -> dict[str, str]:
    with app.app_context():
        return {key: state for key, state in db.session.execute(sa.select(Job.key, Job.state))}


def test_told_to_stop_the_server_finishes_the_job_under_way_and_ends_in_order(people: Class, tmp_path: Path) -> None:
    app = people.app
    with app.app_context():
        for name in ("first", "second"):
            ask_for(take_your_time, name, name=name)
        commit()
    with running(Server(tmp_path, app.config["SQLALCHEMY_DATABASE_URI"], serving(APPLICATION))) as server:
        _wait_for(lambda: _jobs(app)["first"] == "running")
        assert server.stop() == 0, server.said()
    jobs = _jobs(app)
    assert (jobs["first"], jobs["second"]) == ("done", "waiting")
    assert set(jobs.values()) <= {"done", "waiting"}
    with app.app_context():
        assert (get_setting("first"), get_setting("second")) == ("done", "")
