"""Random renames, moves, mergers, splits, closures, transfers, leaves and undoings over a small tree: the past stays true after each of them."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

import hypothesis
import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import strategies as st

from lms.agencies import Agency, AgencyEvent, AgencyName, AgencyParent, AgencyWithin, agencies_below, open_agency, standing_for
from lms.base import Refused, clock, db, rehearsal
from lms.certificates import Certificate, issue
from lms.people import (
    Membership,
    NewAgency,
    Part,
    RoleHeld,
    close,
    create_person,
    go_on_leave,
    grant_role,
    identity_on_day,
    leave_service,
    merge,
    move,
    rename,
    split,
    transfer_person,
    undo_event,
)
from lms.study import Completion, Enrolment, assign_course
from tests.cast import OPENED, World
from tests.certificates.giving import facts

START, STEPS = date(2021, 1, 1), 9
PAST = [START + timedelta(days=90 * number) for number in range(8)]
Rows = dict[str, list[tuple[Any, ...]]]


class Town:
    """The small tree with its people, and the days on which it is looked at."""

    def __init__(self, world: World, random: Random) -> None:
        self.random, self.world, self.made, self.day = random, world, 0, START
        self.days = [*PAST, clock.today(), clock.today() + timedelta(days=200)]
        parents = [world.agencies["XP"], world.agencies["XM"], world.agencies["HT"]]
        for number, parent in enumerate(parents):
            open_agency(None, f"TH{number}", "school", f"Trường số {number}", parent, number, OPENED)
        agencies = self.agencies()
        self.people = list(world.people.values())
        for number in range(6):
            main, beside = random.sample(agencies, 2)
            person = create_person(None, full_name=f"Lê Văn Số {number}", agency_id=main, from_on=OPENED).id
            grant_role(None, person, random.choice(agencies), random.choice(["manager", "trainer"]), OPENED)
            facts = {"from_on": START, "is_main": False, "staff_kind": "contract", "state": "working"}
            db.session.add(Membership(person_id=person, agency_id=beside, **facts))
            self.people.append(person)
        assign_course(None, self.people, world.course, None)
        for person in random.sample(self.people, 4):
            complete(world, person, random.choice(PAST))

    def agencies(self) -> list[int]:
        """The ids of all agencies, ended ones too."""
        return list(db.session.scalars(sa.select(Agency.id).order_by(Agency.id)))

    def some_day(self) -> date:
        """Mostly a little later than before, now and then long ago or in the future."""
        self.day += timedelta(days=self.random.randrange(60))
        other = self.random.random()
        return self.random.choice(PAST) if other < 0.1 else clock.today() + timedelta(days=self.random.randrange(90)) if other > 0.85 else self.day

    def receiver(self, parents: list[int]) -> int | NewAgency:
        """One that stands, or a new one."""
        if self.random.random() < 0.5:
            return self.random.choice(parents)
        self.made += 1
        return NewAgency(f"N{self.made}", "unit", f"Đơn vị mới {self.made}", self.random.choice(parents), self.made)


def complete(world: World, person: int, day: date) -> None:
    """A completion with its certificate, at the agency of that day."""
    name, agency_id, agency_name = identity_on_day(person, day)
    enrolment = db.session.scalars(sa.select(Enrolment).where(Enrolment.person_id == person)).one()
    known = facts(world) | {"person_id": person, "person_name": name, "agency_id": agency_id, "agency_name": agency_name, "completed_on": day}
    certificate = issue(**known)
    course = {"course_id": enrolment.course_id, "course_revision_id": enrolment.course_revision_id, "cycle": 1}
    when = {"completed_at": clock.start_of(day), "completed_on": day, "percent": 90, "certificate_id": certificate and certificate.id}
    db.session.add(Completion(enrolment_id=enrolment.id, person_id=person, agency_id=agency_id, attempt_id=None, **course, **when))
    db.session.flush()


def act(town: Town) -> Callable[[], object]:
    """Something that somebody might do, sensible or not."""
    random, agencies = town.random, town.agencies()
    one, other, person, on = random.choice(agencies), random.choice(agencies), random.choice(town.people), town.some_day()
    town.made += 1
    here = list(db.session.scalars(sa.select(Membership.person_id).where(Membership.agency_id == one).distinct().order_by(Membership.person_id)))
    below = list(db.session.scalars(sa.select(AgencyParent.agency_id).where(AgencyParent.parent_id == one, AgencyParent.to_on.is_(None))))
    events = list(db.session.scalars(sa.select(AgencyEvent.id).where(AgencyEvent.undone_at.is_(None)).order_by(AgencyEvent.id)))[-4:]
    parts = _parts(town, here, below, agencies)
    acts: list[Callable[[], object]] = [
        lambda: rename(None, one, f"Tên mới {town.made}", on, "1/QĐ"),
        lambda: move(None, one, other, on, None),
        lambda: merge(None, {one, random.choice(agencies)} - {other}, other, on, None),
        lambda: merge(None, {one, other}, town.receiver(agencies), on, None),
        lambda: split(None, one, parts, on, None, keeps=True),
        lambda: split(None, one, parts, on, None, keeps=False),
        lambda: close(None, one, on, None, people_to=random.choice([other, other, None])),
        lambda: transfer_person(None, person, one, on),
        lambda: go_on_leave(None, person, "study", on),
        lambda: leave_service(None, person, "retired", on),
        lambda: undo_event(None, random.choice(events)),
    ]
    return random.choice([*acts, *acts[1:6], *acts[-1:]])


def _parts(town: Town, here: list[int], below: list[int], agencies: list[int]) -> list[Part]:
    places = [(town.random.randrange(2), one) for one in here], [(town.random.randrange(2), one) for one in below]
    chosen = [[frozenset(one for place, one in given if place == number) for given in places] for number in range(2)]
    receivers = [town.receiver(agencies) for _number in range(2)]
    return [Part(*((one, None) if isinstance(one, int) else (None, one)), *ids) for one, ids in zip(receivers, chosen, strict=True)]


def dump() -> Rows:
    """All rows that an undoing must put back; the derived table without the keys that it gives anew."""
    kept: Rows = {}
    for model in (Agency, AgencyName, AgencyParent, AgencyWithin, Membership, RoleHeld):
        table: Any = model.__table__
        columns = [column for column in table.c if not (model is AgencyWithin and column.name == "id")]
        kept[table.name] = sorted((tuple(row) for row in db.session.execute(sa.select(*columns))), key=str)
    return kept


def papers() -> list[tuple[Any, ...]]:
    """Every certificate as it was printed, with its agency, which must still be there."""
    columns = (Certificate.id, Certificate.agency_id, Certificate.agency_name, Certificate.printed, Agency.id)
    return [
        tuple(row) for row in db.session.execute(sa.select(*columns).outerjoin(Agency, Agency.id == Certificate.agency_id).order_by(Certificate.id))
    ]


def figures(rows: Rows, day: date) -> dict[int, tuple[object, ...]]:
    """Per agency as it was on that day: its name, what it stood under, how many people and completions it had."""
    holds = [
        lambda row, columns=columns: row[columns[0]] <= day and (row[columns[1]] is None or row[columns[1]] > day) for columns in ((4, 5), (3, 4))
    ]
    names = {row[1]: row[2] for row in rows["agency_name"] if holds[0](row)}
    parents = {row[1]: row[2] for row in rows["agency_parent"] if holds[1](row)}
    people: dict[int, set[int]] = {}
    for row in rows["membership"]:
        if row[5] and holds[1](row):
            people.setdefault(row[2], set()).add(row[1])
    counted = sa.select(Completion.agency_id, sa.func.count()).where(Completion.completed_on <= day).group_by(Completion.agency_id)
    done = {agency_id: number for agency_id, number in db.session.execute(counted)}
    return {one: (names[one], parents.get(one), len(people.get(one, ())), done.get(one, 0)) for one in names}


def below_by_walking(rows: Rows, ancestor: int, day: date) -> set[int]:
    """What lies below the agency on that day, found by asking each for its parent."""
    alive = {row[0] for row in rows["agency"] if row[6] <= day and (row[7] is None or row[7] > day)}
    parents = {row[1]: row[2] for row in rows["agency_parent"] if row[3] <= day and (row[4] is None or row[4] > day)}

    def is_below(one: int | None) -> bool:
        return one is not None and (one == ancestor or is_below(parents.get(one)))

    return {one for one in alive if ancestor in alive and is_below(one)}


def check(town: Town) -> None:
    """What must hold after every step."""
    rows, one, other = dump(), sa.orm.aliased(Membership), sa.orm.aliased(Membership)
    meet = sa.and_(sa.or_(one.to_on.is_(None), one.to_on > other.from_on), sa.or_(other.to_on.is_(None), other.to_on > one.from_on))
    same = sa.and_(one.id < other.id, one.person_id == other.person_id, meet)
    assert db.session.scalar(sa.select(sa.func.count()).where(same, one.is_main, other.is_main)) == 0
    assert db.session.scalar(sa.select(sa.func.count()).where(same, ~one.is_main, ~other.is_main, one.agency_id == other.agency_id)) == 0
    for model, key in ((Membership, Membership.agency_id), (RoleHeld, RoleHeld.agency_id), (AgencyParent, AgencyParent.parent_id)):
        outlives = sa.or_(model.to_on.is_(None), model.to_on > Agency.closed_on)
        assert db.session.scalars(sa.select(model.id).join(Agency, Agency.id == key).where(Agency.closed_on.is_not(None), outlives)).all() == []
    for day in town.random.sample(town.days, 3):
        for agency_id in town.agencies():
            assert set(db.session.scalars(agencies_below([agency_id], day))) == below_by_walking(rows, agency_id, day)
    stands = standing_for()
    standing = db.session.execute(sa.select(stands.c.agency_id, stands.c.standing_id)).all()
    assert sorted(row.agency_id for row in standing) == sorted(row[0] for row in rows["agency"] if row[6] <= clock.today())


def step(town: Town) -> str:
    """One act: refused, it changes nothing; done, it leaves the days before it alone and can be undone to the last row."""
    deed, before, printed, last = act(town), dump(), papers(), db.session.scalar(sa.select(sa.func.max(AgencyEvent.id)))
    was = {day: figures(before, day) for day in town.days}
    try:
        with db.session.begin_nested():
            done = deed()
    except Refused:
        db.session.expire_all()
        assert dump() == before
        return "refused"
    event = db.session.get(AgencyEvent, done) if isinstance(done, int) else None
    assert papers() == printed
    check(town)
    if event is not None and event.id > (last or 0):
        after = dump()
        assert all(figures(after, day) == was[day] for day in town.days if day < event.effective_on)
        with rehearsal():
            undo_event(None, event.id)
            assert dump() == before
            assert {day: figures(dump(), day) for day in town.days} == was
        assert dump() == after
        return event.kind
    return "other"


@pytest.fixture
def within(app: Flask) -> Iterator[None]:
    """Within the application; nothing that a test does is kept."""
    with app.app_context():
        yield
        db.session.rollback()


@pytest.mark.usefixtures("within")
@hypothesis.settings(
    max_examples=10,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture],
)
@hypothesis.given(seed=st.integers(0, 10**9))
def test_whatever_is_reorganised_the_past_stays_true(world: World, seed: int) -> None:
    with rehearsal():
        town = Town(world, Random(seed))
        check(town)
        for _turn in range(STEPS):
            hypothesis.event(step(town))
