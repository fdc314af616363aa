"""One request, one transaction; a repeated POST gets the first answer; nothing acknowledged is lost between writers."""

import threading
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from lms.base import Job, ask_for, clock, commit, db, insert_once, task, work_once
from lms.site import Setting


def test_two_writers_lose_no_update(app: Flask) -> None:
    with app.app_context():
        insert_once(Setting, key="count", value="0")
        commit()

    def raise_by_one() -> None:
        for _ in range(25):
            with app.app_context():
                value = db.session.scalar(sa.select(Setting.value).where(Setting.key == "count").with_for_update())
                db.session.execute(sa.update(Setting).where(Setting.key == "count").values(value=str(int(value or 0) + 1)))
                commit()

    threads = [threading.Thread(target=raise_by_one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        assert db.session.scalar(sa.select(Setting.value).where(Setting.key == "count")) == "100"


@task
def note(text: str) -> None:
    """Leave a mark."""
    insert_once(Setting, key=f"note {text}", value=text)


@task
def stumble() -> None:
    """Fail after having written."""
    insert_once(Setting, key="half", value="done")
    raise ValueError("on purpose")


def _work_all() -> None:
    for _ in range(30):
        if not work_once():
            break


def test_a_job_is_asked_for_and_done_once(app: Flask) -> None:
    with app.app_context():
        ask_for(note, "note one", text="one")
        ask_for(note, "note one", text="one")
        commit()
        _work_all()
        job = db.session.scalars(sa.select(Job).where(Job.key == "note one")).one()
        assert (job.state, job.tries) == ("done", 1)
        assert db.session.get(Setting, "note one") is not None


def test_a_job_that_fails_leaves_nothing_half_done_and_waits(app: Flask) -> None:
    with app.app_context():
        ask_for(stumble, "stumble")
        commit()
        _work_all()
        job = db.session.scalars(sa.select(Job).where(Job.key == "stumble")).one()
        assert job.state == "waiting" and job.due_at > clock.now() and "on purpose" in (job.error or "")
        assert db.session.get(Setting, "half") is None


def test_a_job_that_took_its_worker_down_five_times_is_left_alone(app: Flask) -> None:
    with app.app_context():
        _work_all()
        for name, tries in (("tried once", 1), ("tried often", 5)):
            ask_for(note, name, text=name)
            died = {"state": "running", "tries": tries, "leased_until": clock.now() - timedelta(minutes=1)}
            db.session.execute(sa.update(Job).where(Job.key == name).values(died))
        commit()
        _work_all()
        assert db.session.get(Setting, "note tried once") is not None
        assert db.session.get(Setting, "note tried often") is None
