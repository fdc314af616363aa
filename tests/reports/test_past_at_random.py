"""People and agencies change at random, day after day, and no figure of a day that is over changes."""

from collections.abc import Callable
from datetime import date
from random import Random

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.agencies import Agency, agencies_below, holds_on, move_agency, open_agency, rename_agency
from lms.base import Refused, clock, db
from lms.people import Membership, create_person, go_on_leave, leave_service, merge, return_to_work, transfer_person
from lms.reports import NOW, Figures, figures_on
from lms.reports.figures import total
from lms.study import Completion, Enrolment, assign_course
from tests.cast import World
from tests.conftest import FakeClock
from tests.reports.conftest import complete

pytestmark = pytest.mark.every_case

DAYS = 24


class Life:
    """A small district that lives: each method is one thing that may happen on a day."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.random, self.opened = world, Random(seed), 0

    def agency(self, *besides: int) -> int:
        """Some agency that stands today, below the root."""
        alive = sa.select(Agency.id).where(Agency.closed_on.is_(None), Agency.id.not_in([self.world.agencies["T"], *besides])).order_by(Agency.id)
        return self.random.choice(list(db.session.scalars(alive)))

    def person(self) -> int:
        """Somebody who has not left."""
        here = sa.select(Membership.person_id).where(Membership.is_main, holds_on(Membership, clock.today()), Membership.state != "left")
        return self.random.choice(list(db.session.scalars(here.order_by(Membership.person_id))))

    def joins(self) -> None:
        """Somebody new, who has the course to do by some day."""
        person = create_person(None, full_name="Phan Văn Mới", agency_id=self.agency(), from_on=clock.today())
        db.session.flush()
        assign_course(None, [person.id], self.world.course, date.fromordinal(clock.today().toordinal() + self.random.randrange(-1, 9)))

    def begins(self) -> None:
        """Somebody begins."""
        waiting = (Enrolment.person_id == self.person(), Enrolment.state == "not_started")
        db.session.execute(sa.update(Enrolment).where(*waiting).values(state="in_progress", started_at=clock.now()))

    def completes(self) -> None:
        """Somebody completes the course."""
        person = self.person()
        unfinished = sa.select(Enrolment.id).where(Enrolment.person_id == person, Enrolment.state.in_(("not_started", "in_progress")))
        if db.session.scalar(unfinished) and not db.session.scalar(sa.select(Completion.id).where(Completion.person_id == person)):
            complete(person, self.world.course)

    def changes_state(self) -> None:
        """Somebody goes on leave, comes back or leaves."""
        person, what = self.person(), self.random.choice(("study", "study", "work", "resigned"))
        if what == "study":
            go_on_leave(None, person, "study", clock.today())
        elif what == "work":
            return_to_work(None, person, clock.today())
        else:
            leave_service(None, person, "resigned", clock.today())

    def is_transferred(self) -> None:
        """Somebody goes to another agency."""
        transfer_person(None, self.person(), self.agency(), clock.today())

    def opens(self) -> None:
        """A new agency."""
        self.opened += 1
        open_agency(None, f"M{self.opened}", "unit", f"Đơn vị {self.opened}", self.agency(), self.opened, clock.today())

    def moves(self) -> None:
        """An agency goes under another."""
        move_agency(None, self.agency(), self.agency(), clock.today(), None)

    def renames(self) -> None:
        """An agency has a new name."""
        rename_agency(None, self.agency(), f"Tên mới {clock.today()}", clock.today(), None)

    def merges(self) -> None:
        """An agency goes into another."""
        old = self.agency(self.world.agencies["HT"], self.world.agencies["HL"])
        merge(None, [old], self.agency(old), clock.today(), None)

    def happens(self) -> None:
        """One thing, unless it is refused: then nothing."""
        deeds: list[Callable[[], None]] = [self.joins, self.joins, self.begins, self.completes, self.changes_state, self.is_transferred]
        deeds += [self.opens, self.moves, self.renames, self.merges]
        with db.session.begin_nested() as step:
            try:
                self.random.choice(deeds)()
            except Refused:
                step.rollback()


@pytest.mark.parametrize("seed", [3, 20, 2026])
def test_no_figure_of_a_past_day_ever_changes(app: Flask, time: FakeClock, world: World, seed: int) -> None:
    life, root = Life(world, seed), world.agencies["T"]
    known: dict[date, dict[int, Figures]] = {}
    with app.app_context():
        for _day in range(DAYS):
            for _deed in range(4):
                life.happens()
            agencies = list(db.session.scalars(sa.select(Agency.id)))
            known[clock.today()] = figures_on(agencies, clock.today())
            time.forward(days=1)
            for day, figures in known.items():
                assert figures_on(list(figures), day) == figures, day
                rolled_up = figures_on(agencies, day, NOW)
                assert rolled_up[root] == figures[root], day
                assert parts_of(root, agencies, rolled_up) == rolled_up[root]
        assert known[day][root].assigned > 8 and known[day][root].completed
        db.session.rollback()


def parts_of(root: int, agencies: list[int], figures: dict[int, Figures]) -> Figures:
    """The children of the root as they stand today, together (nobody works at the root itself)."""
    below = set(db.session.scalars(agencies_below([root]))) - {root}
    inner = {one for other in below for one in db.session.scalars(agencies_below([other])) if one != other}
    return total(figures[one] for one in below - inner)
