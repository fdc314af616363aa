"""Jobs: rows written in the business transaction, claimed by one conditional UPDATE, each effect once, any number of workers."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Mapped, mapped_column

from . import clock
from .db import Base, db, insert_once, only_reading, words_in
from .errors import Refused
from .request import commit
from .words import gettext as _

logger = logging.getLogger("lms.jobs")
LEASE = timedelta(minutes=15)
MOST_TRIES = 5


class Job(Base):
    """Work to be done after the transaction that asked for it. `key` is unique: the same work is asked for once."""

    __tablename__ = "job"
    __table_args__ = (words_in("state", "waiting", "running", "done", "failed"), sa.Index("ix_job_next", "state", "due_at"))
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    arguments: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(default="waiting")
    tries: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    error: Mapped[str | None]


class Task(NamedTuple):
    """What a job does: `before` only reads and takes its time, `act` writes in one transaction, `otherwise` is done instead when that cannot be."""

    act: Callable[..., None]
    before: Callable[..., Any] | None = None
    otherwise: Callable[..., None] | None = None


_tasks: dict[str, Task] = {}
_timers: dict[str, tuple[timedelta, Callable[[], None]]] = {}


def task(act: Callable[..., None]) -> Callable[..., None]:
    """Make a function known to the worker. It must not mind being carried out twice, and does not commit."""
    _tasks[f"{act.__module__}.{act.__name__}"] = Task(act)
    return act


def long_task(*, before: Callable[..., Any] | None = None, otherwise: Callable[..., None]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A task for what takes time or may be refused. It may ask for the next step, so that a killed worker resumes between two steps.

    `before(**arguments)` reads outside of any writing transaction; its answer is the first argument of the task. When either raises Refused, or
    has failed too often, all is taken back and `otherwise(sentence, **arguments)` is carried out instead.
    """

    def declare(act: Callable[..., None]) -> Callable[..., None]:
        _tasks[f"{act.__module__}.{act.__name__}"] = Task(act, before, otherwise)
        return act

    return declare


def every(interval: timedelta) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """A timer: carried out once per interval, by whichever worker claims that interval first."""

    def declare(act: Callable[[], None]) -> Callable[[], None]:
        _timers[f"{act.__module__}.{act.__name__}"] = (interval, act)
        task(act)
        return act

    return declare


def timers() -> list[str]:
    """The names of all timers."""
    return sorted(_timers)


def ask_for(act: Callable[..., None], key: str, due_at: datetime | None = None, **arguments: Any) -> None:
    """Ask for work, within the transaction of the request. The same key again changes nothing."""
    insert_once(Job, key=key, name=f"{act.__module__}.{act.__name__}", arguments=arguments, state="waiting", tries=0, due_at=due_at or clock.now())


def _ask_for_timers() -> None:
    for name, (interval, act) in _timers.items():
        turn = int(clock.now().timestamp() // interval.total_seconds())
        ask_for(act, f"timer {name} {turn}")


def _claim() -> Job | None:
    now = clock.now()
    is_free = sa.or_(Job.state == "waiting", sa.and_(Job.state == "running", Job.leased_until < now, Job.tries < MOST_TRIES))
    first = sa.select(Job.id).where(is_free, Job.due_at <= now).order_by(Job.due_at).limit(1)
    if db.session.get_bind().dialect.name == "postgresql":
        first = first.with_for_update(skip_locked=True)
    take = sa.update(Job).where(Job.id.in_(first.scalar_subquery()), is_free)
    values = {"state": "running", "tries": Job.tries + 1, "leased_until": now + LEASE}
    return db.session.scalars(take.values(values).returning(Job)).first()


def work_once() -> bool:
    """Claim one due job and carry it out in one transaction; says whether there was one."""
    _ask_for_timers()
    job = _claim()
    commit()
    if job is None:
        return False
    job_id, name, tries, arguments = job.id, job.name, job.tries, job.arguments
    try:
        _carry_out(_tasks[name], arguments)
        _close(job_id, "done", None)
    except Exception as error:
        db.session.rollback()
        logger.error("job %s (%s) failed", job_id, name, exc_info=error)
        if tries >= MOST_TRIES and (otherwise := _tasks[name].otherwise):
            otherwise(_("Hệ thống gặp lỗi nên việc này chưa làm được. Anh/Chị thử lại sau, hoặc gọi hỗ trợ."), **arguments)
        _close(job_id, "failed" if tries >= MOST_TRIES else "waiting", f"{type(error).__name__}: {error}"[:500])
    commit()
    return True


def _carry_out(task: Task, arguments: dict[str, Any]) -> None:
    prepared: list[Any] = []
    try:
        if task.before:
            with only_reading():
                prepared.append(task.before(**arguments))
        task.act(*prepared, **arguments)
    except Refused as refused:
        if task.otherwise is None:
            raise
        db.session.rollback()
        task.otherwise(refused.sentence, **arguments)


def _close(job_id: int, state: str, error: str | None) -> None:
    values = {"state": state, "error": error, "done_at": clock.now() if state == "done" else None}
    if state == "waiting":
        values["due_at"] = clock.now() + timedelta(seconds=30)
    db.session.execute(sa.update(Job).where(Job.id == job_id).values(values))


def work(app: Flask, stop: threading.Event, pause: float = 2.0) -> None:
    """The worker: carries out jobs until told to stop; the one under way is finished first.

    An SQLite file has one worker, so what was under way when it was killed is taken up again at once instead of after its lease.
    """
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            _take_up_again()
            commit()
    while not stop.is_set():
        try:
            with app.app_context():
                busy = work_once()
        except Exception as error:
            logger.error("worker", exc_info=error)
            busy = False
        if not busy:
            stop.wait(pause)


def _take_up_again() -> None:
    """Jobs that were under way when the only worker was killed are due at once. Only where no other worker can be running them."""
    db.session.execute(sa.update(Job).where(Job.state == "running").values(leased_until=clock.now()))


def forget_done_jobs() -> None:
    """Delete jobs that were done more than 30 days ago."""
    db.session.execute(sa.delete(Job).where(Job.state == "done", Job.done_at < clock.now() - timedelta(days=30)))
