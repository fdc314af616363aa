"""Filling an empty database with the demonstration district. Everything is made by the product's own actions from a fixed seed."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from random import Random

from flask import Flask

from lms.agencies import Agency, change_agency
from lms.base import clock, commit, db
from lms.certificates import appoint_signatory, open_issuer
from lms.courses import Course, add_trainer, load_folders
from lms.people import Account
from lms.site import set_setting
from lms.study import Enrolment, assign_course, withdraw

from .agencies import Tree, build_tree, merge_communes
from .learning import learners, plan_visits, play, visits_of_an
from .opinions import as_trainer, ask_and_answer, give_opinions
from .staff import Staff, hire

SEED = 20_261_124
HELP_NAME, HELP_PHONE = "Phạm Tiến Dũng, Văn phòng HĐND và UBND", "0222 3 800 115"
COURSES = Path(__file__).resolve().parent.parent / "courses"
Say = Callable[[str], None]


def is_empty(app: Flask) -> bool:
    """Whether nobody has an account here yet."""
    with app.app_context():
        return db.session.query(Account.person_id).first() is None


def fill(app: Flask, password: str, say: Say = lambda _text: None, share: float = 1.0) -> None:
    """Build the district. `share` below 1 makes fewer people. One transaction: a killed run leaves nothing behind."""
    random = Random(SEED)
    with app.app_context():
        say("cây đơn vị")
        tree = build_tree()
        say("khoảng 3.000 người và tài khoản")
        staff = hire(tree, random, password, share, say)
        merge_communes(tree)
        courses = _courses(tree, staff)
        _issuer(tree)
        _assign(tree, staff, courses)
        set_setting(None, "is_demo", "1")
        people = [person_id for person_id, _code in staff.learners]
        visits = plan_visits(learners(people, courses["B"]), courses["K00"], courses["B"], random)
        visits = sorted([*visits, *visits_of_an(learners([staff.cast["an"]], courses["B"])[0], courses["K00"], courses["B"])], key=lambda one: one.at)
        for done in play(visits, random):
            say(f"ba tháng học tập: {100 * done // len(visits)} %")
        ask_and_answer(courses["B"], as_trainer(staff.cast["binh"], tree.ids["HTA"]), random)
        give_opinions(courses["B"], random)
        _withdraw(random)
        say("ghi xuống đĩa")
        commit()


def load_courses(app: Flask, say: Say) -> None:
    """Load what has changed in `courses/` since the last start."""
    with app.app_context():
        root = db.session.query(Agency.id).filter_by(code="T").scalar()
        for line in load_folders(None, COURSES, root):
            say(f"khóa học {line}\n")
        commit()


def _courses(tree: Tree, staff: Staff) -> dict[str, int]:
    load_folders(None, COURSES, tree.ids["T"])
    db.session.flush()
    courses = {key: course_id for key, course_id in db.session.query(Course.key, Course.id)}
    for course_id in courses.values():
        add_trainer(None, course_id, staff.cast["binh"], "owner")
    return courses


def _issuer(tree: Tree) -> None:
    names = {"parent_name": "UBND TỈNH BẮC SƠN", "name": "UBND THỊ XÃ THUẬN AN", "place": "Thuận An", "sign": "UBNDTA"}
    issuer = open_issuer(None, tree.ids["HTA"], **names)
    appoint_signatory(None, issuer, prefix="KT. CHỦ TỊCH", position="PHÓ CHỦ TỊCH", name="Đỗ Quang Minh", from_on=date(2020, 1, 1))
    change_agency(None, tree.ids["HTA"], code="HTA", position=1, help_name=HELP_NAME, help_phone=HELP_PHONE)


def _assign(tree: Tree, staff: Staff, courses: dict[str, int]) -> None:
    """Everybody learns both courses; the offices' due day is over, the communes' is near, the schools' a month away."""
    start, today = clock.now() - timedelta(days=91), clock.today()
    clock.set_clock(lambda: start)
    everybody = staff.learners + staff.cast_at_work()
    for sign, days in (("P", -12), ("X", 9), ("", 30)):
        group = [person_id for person_id, code in everybody if (code[0] if code[0] in "PX" else "") == sign]
        for key in ("K00", "B"):
            assign_course(None, group, courses[key], today + timedelta(days=days))
    assign_course(None, staff.neighbours, courses["B"], today + timedelta(days=20))
    clock.set_clock(None)


def _withdraw(random: Random) -> None:
    """A few who need not learn the introduction were taken out of it again."""
    waiting = db.session.query(Enrolment.id).filter_by(state="not_started").join(Course, Course.id == Enrolment.course_id).filter(Course.key == "K00")
    for (enrolment_id,) in random.sample(waiting.order_by(Enrolment.id).all(), 6):
        withdraw(None, enrolment_id)
