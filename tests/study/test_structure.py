"""The structure of a course on the learner's pages: locked steps, optional lessons, sections, courses that come before."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import Refused, clock, commit, db
from lms.quizzes import Attempt
from lms.study import Completion, Enrolment, LessonRead, assign_course, complete_if_done
from lms.study.actions import mark_read, start_quiz
from lms.study.evidence import all_read
from lms.study.queries import place_of
from tests.cast import World
from tests.conftest import FakeClock
from tests.pages import Page, Visitor
from tests.study.learner import Learner, set_rules
from tests.study.planned import FIRST, SECOND, TEST, add_lessons, lesson_said, move_all, other_course, plan, plan_steps

AFTER_FIRST = {"release": {"after": FIRST}}


def led_away(answer: Page, visitor: Visitor) -> str:
    """The text of the course page to which a locked step leads."""
    assert answer.status == 303, answer.html[:500]
    assert "?locked=" in answer.response.headers["Location"]
    return visitor.get(answer.response.headers["Location"]).text


def test_a_locked_lesson_leads_to_the_course_page_which_says_why(app: Flask, an: Visitor, world: World) -> None:
    plan_steps(app, world, second=AFTER_FIRST)
    course = f"/study/courses/{world.course}"
    said = led_away(an.knock("GET", f"{course}/lessons/{SECOND}"), an)
    assert "“Bài 2: Mật khẩu không giống ai” chưa mở. Mở sau khi Anh/Chị học xong “Mật khẩu dài”." in said
    page = an.get(course)
    assert not any(link.endswith(f"/lessons/{SECOND}") for link in page.links())
    assert "Chưa mở" in page.text


def test_a_locked_lesson_cannot_be_marked_as_read(app: Flask, an: Visitor, world: World) -> None:
    plan_steps(app, world, second=AFTER_FIRST)
    course = f"/study/courses/{world.course}"
    answer = an.post(f"{course}/lessons/{SECOND}/read", key=an.get(course).keys()[0])
    assert "chưa mở" in led_away(answer, an)
    with app.app_context():
        assert db.session.query(LessonRead).count() == 0


def test_reading_a_lesson_opens_the_next_one(app: Flask, an: Visitor, world: World) -> None:
    plan_steps(app, world, second=AFTER_FIRST)
    course = f"/study/courses/{world.course}"
    page = an.get(f"{course}/lessons/{FIRST}")
    assert "Mở sau khi Anh/Chị học xong “Mật khẩu dài”." in page.text
    assert not any(link.endswith(f"/lessons/{SECOND}") for link in page.links())
    answer = an.post(f"{course}/lessons/{FIRST}/read", page=page, status=303)
    assert answer.response.headers["Location"].endswith(f"/lessons/{SECOND}")
    assert an.get(f"{course}/lessons/{SECOND}").h1 == "Mật khẩu không giống ai"


def test_a_lesson_before_a_locked_step_leads_to_the_course_page(app: Flask, an: Visitor, world: World) -> None:
    day = clock.today() + timedelta(days=5)
    plan_steps(app, world, second={"release": {"from": day.isoformat()}})
    course = f"/study/courses/{world.course}"
    answer = an.post(f"{course}/lessons/{FIRST}/read", page=f"{course}/lessons/{FIRST}")
    assert f"Mở từ ngày {day:%d/%m/%Y}." in led_away(answer, an)


def test_a_locked_quiz_is_neither_shown_nor_begun(app: Flask, an: Visitor, world: World) -> None:
    quiz = f"/study/courses/{world.course}/quizzes/{TEST}"
    key = an.get(quiz).key(f"{quiz}/start")
    plan_steps(app, world, test=AFTER_FIRST)
    assert "Mở sau khi Anh/Chị học xong “Mật khẩu dài”." in led_away(an.knock("GET", quiz), an)
    assert "chưa mở" in led_away(an.post(f"{quiz}/start", key=key), an)
    with app.app_context():
        assert db.session.query(Attempt).count() == 0
    Learner(an, world.course).read(FIRST)
    Learner(an, world.course).start()


def test_a_locked_practice_is_neither_shown_nor_answered(app: Flask, an: Visitor, world: World) -> None:
    set_rules(app, behaviour="practice", counts=False)
    plan_steps(app, world, test=AFTER_FIRST)
    practice = f"/study/courses/{world.course}/quizzes/{TEST}/practice"
    key = an.get("/study").keys()[0]
    asked = {"seed": "abcdef", "n": "1", "right": "0"}
    assert "chưa mở" in led_away(an.knock("GET", practice, query_string=asked), an)
    assert "chưa mở" in led_away(an.post(practice, asked, key=key), an)


def test_the_actions_refuse_what_is_locked(app: Flask, world: World) -> None:
    plan_steps(app, world, second=AFTER_FIRST, test=AFTER_FIRST)
    with app.app_context():
        viewer: Any = SimpleNamespace(person_id=world.people["an"], name="An", agency_id=world.agencies["XP"], agency_name="XP")
        place = place_of(viewer, world.course)
        assert place is not None
        lesson, quiz = place.progress.step("lesson", SECOND), place.progress.step("quiz", TEST)
        assert lesson is not None and quiz is not None
        with pytest.raises(Refused, match="học xong “Mật khẩu dài”"):
            mark_read(viewer, place.enrolment, lesson)
        with pytest.raises(Refused, match="học xong “Mật khẩu dài”"):
            start_quiz(viewer, place.enrolment, quiz)


def test_a_step_waits_for_a_score_and_the_quiz_may_be_sat_again_for_it(app: Flask, an: Visitor, world: World) -> None:
    set_rules(app, pass_percent=1, attempts=None, wait_minutes=None)
    add_lessons(app, world, {"03-them": lesson_said("Bài nâng cao", "## Thêm\n\nNâng cao.")})
    with app.app_context():
        wait = sa.text("UPDATE course_step SET is_optional = true, release = :release WHERE key = '03-them'")
        db.session.execute(wait, {"release": f'{{"score": {{"quiz": "{TEST}", "percent": 100}}}}'})
        commit()
    learner = Learner(an, world.course)
    learner.read(FIRST, SECOND)
    address = f"{learner.course}/lessons/03-them"
    assert "Mở khi Anh/Chị đạt từ 100% ở" in led_away(an.knock("GET", address), an)
    learner.pass_test()
    assert an.get(address).h1 == "Bài nâng cao"
    assert "tự chọn" in an.get(address).text


def test_only_locked_steps_left_are_said_on_the_desk(app: Flask, an: Visitor, world: World) -> None:
    day = clock.today() + timedelta(days=5)
    wait = {"release": {"from": day.isoformat()}}
    plan_steps(app, world, first=wait, second=wait, test=wait)
    for path in ("/study", f"/study/courses/{world.course}"):
        assert f"Mở từ ngày {day:%d/%m/%Y}." in an.get(path).text
    answer = an.post(f"/study/courses/{world.course}/enrol", page=f"/study/courses/{world.course}", status=303)
    assert answer.response.headers["Location"] == f"/study/courses/{world.course}"


def test_the_day_comes(app: Flask, an: Visitor, world: World, time: FakeClock) -> None:
    plan_steps(app, world, first={"release": {"from": (clock.today() + timedelta(days=5)).isoformat()}})
    address = f"/study/courses/{world.course}/lessons/{FIRST}"
    assert an.knock("GET", address).status == 303
    time.forward(days=5)
    an.sign_in("an", "mat-khau-cua-an-2026")
    assert an.get(address).h1 == "Mật khẩu dài"


def test_an_optional_lesson_is_not_needed_for_completion(app: Flask, an: Visitor, world: World) -> None:
    plan_steps(app, world, second={"is_optional": True})
    learner = Learner(an, world.course)
    learner.read(FIRST)
    page = an.get(learner.course)
    assert "Xong 1/2 phần" in page.text and "tự chọn" in page.text and "Còn 1 bài học" not in page.text
    with app.app_context():
        enrolled = db.session.query(Enrolment.id).filter_by(person_id=world.people["an"]).scalar()
        assert all_read([enrolled]) == {enrolled}
    assert "Anh/Chị đã hoàn thành khóa học này." in learner.pass_test().text
    with app.app_context():
        assert db.session.query(Completion).count() == 1


def test_a_lesson_that_became_optional_completes_who_is_moved(app: Flask, an: Visitor, world: World) -> None:
    learner = Learner(an, world.course)
    learner.read(FIRST)
    learner.pass_test()
    plan_steps(app, world, second={"is_optional": True})
    assert "Còn 1 bài học chưa bấm" in an.get(learner.course).text  # still on the revision that they began
    move_all(app, world)
    with app.app_context():
        enrolled = db.session.query(Enrolment.id).filter_by(person_id=world.people["an"]).scalar()
        assert complete_if_done(enrolled)
        commit()
    assert "Hoàn thành" in an.get(learner.course).text


def test_what_was_read_stays_open_when_a_new_revision_locks_it(app: Flask, an: Visitor, world: World) -> None:
    learner = Learner(an, world.course)
    learner.read(SECOND)
    plan_steps(app, world, second=AFTER_FIRST, test={"release": {"after": SECOND}})
    move_all(app, world)
    assert an.get(f"{learner.course}/lessons/{SECOND}").h1 == "Mật khẩu không giống ai"
    assert an.get(f"{learner.course}/quizzes/{TEST}").status == 200


def test_who_is_in_the_middle_keeps_the_conditions_they_began_with(app: Flask, an: Visitor, anh: Visitor, world: World) -> None:
    Learner(an, world.course).read(FIRST)
    plan_steps(app, world, second={"release": {"from": "2999-01-01"}})
    address = f"/study/courses/{world.course}/lessons/{SECOND}"
    assert an.get(address).h1 == "Mật khẩu không giống ai"
    assert anh.knock("GET", address).status == 303
    move_all(app, world)
    assert an.knock("GET", address).status == 303


def test_sections_stand_on_the_pages_of_the_course(app: Flask, an: Visitor, world: World) -> None:
    lessons = {f"{n:02d}-bai": lesson_said(f"Bài thêm số {n}", f"## Mục một\n\nNội dung {n}.") for n in range(3, 60)}
    add_lessons(app, world, lessons, sections=6)
    course = f"/study/courses/{world.course}"
    for page in (an.get(course), an.get(f"{course}/lessons/{FIRST}"), an.get(f"{course}/lessons/59-bai")):
        assert "Phần 1" in page.text and "Phần 6" in page.text and "Bài thêm số 42" in page.text
    assert an.get("/study").status == 200
    Learner(an, world.course).read(FIRST)
    page = an.get(course)
    assert "Anh/Chị đang ở đây" in page.text
    here = [link for link in page.all("a") if link.get("aria-current") == "step"]
    assert [link.get("href") for link in here] == [f"{course}/lessons/{SECOND}"]


def test_a_lesson_page_leaves_statements_for_what_stands_beside_it(app: Flask, an: Visitor, world: World) -> None:
    plan_steps(app, world, second=AFTER_FIRST)
    Learner(an, world.course).read(FIRST)
    page = an.get(f"/study/courses/{world.course}/lessons/{FIRST}")
    beside = [one for one in page.statements if "lesson_question" in one]
    assert len(page.statements) - len(beside) <= 5, "\n".join(page.statements)


def demand(app: Flask, world: World, *keys: str) -> None:
    """The course M demands these courses from now on."""
    plan(app, world.course, lambda said: replace(said, prerequisites=list(keys)))


def complete(app: Flask, world: World, name: str, course_id: int, cycle: int = 1) -> None:
    """Somebody has completed a course of one lesson, in a cycle."""
    with app.app_context():
        assign_course(None, [world.people[name]], course_id, None)
        enrolment = db.session.query(Enrolment).filter_by(person_id=world.people[name], course_id=course_id).one()
        now = clock.now()
        enrolment.state, enrolment.cycle, enrolment.started_at, enrolment.completed_at = "completed", cycle, now, now
        values = {"person_id": enrolment.person_id, "course_id": course_id, "cycle": cycle, "agency_id": enrolment.agency_id}
        completion = Completion(enrolment_id=enrolment.id, course_revision_id=enrolment.course_revision_id, **values)
        completion.completed_at, completion.completed_on = now, clock.today()
        db.session.add(completion)
        commit()


@pytest.mark.parametrize("cycle", [1, 3])
def test_a_course_is_begun_only_after_those_it_demands(app: Flask, an: Visitor, world: World, cycle: int) -> None:
    first = other_course(app, world, "P1")
    demand(app, world, "P1")
    course = f"/study/courses/{world.course}"
    page = an.get(course)
    assert "Trước khi học khóa này, Anh/Chị cần hoàn thành: “Khóa P1”." in page.text and "Chưa hoàn thành" in page.text
    assert f"/study/courses/{first}" in page.links()
    assert f"{course}/enrol" not in [form.get("action") for form in page.all("form")]
    assert "“Khóa P1”" in an.get("/study").text
    key = page.keys()[0]
    assert an.post(f"{course}/enrol", key=key, status=303).response.headers["Location"] == course
    assert an.knock("GET", f"{course}/lessons/{FIRST}").status == 303
    assert an.post(f"{course}/lessons/{FIRST}/read", key=key).status == 303
    assert an.knock("GET", f"{course}/quizzes/{TEST}").status == 303
    assert an.knock("GET", f"{course}/handout").status == 303
    with app.app_context():
        assert db.session.query(Enrolment.state).filter_by(person_id=world.people["an"], course_id=world.course).scalar() == "not_started"
        assert db.session.query(LessonRead).count() == 0
    complete(app, world, "an", first, cycle)
    assert "Trước khi học" not in an.get(course).text
    assert an.post(f"{course}/enrol", page=course, status=303).response.headers["Location"].endswith(f"/lessons/{FIRST}")
    assert an.get(f"{course}/lessons/{FIRST}").h1 == "Mật khẩu dài"


def test_who_is_not_enrolled_is_refused_with_the_sentence(app: Flask, binh: Visitor, world: World) -> None:
    other_course(app, world, "P1")
    course = f"/study/courses/{world.course}"
    key = binh.get(course).key(f"{course}/enrol")
    demand(app, world, "P1")
    assert binh.post(f"{course}/enrol", key=key, status=303).response.headers["Location"] == course
    page = binh.get(course)
    assert "Trước khi học khóa này" in page.text and f"{course}/enrol" not in [form.get("action") for form in page.all("form")]
    with app.app_context():
        assert db.session.query(Enrolment).filter_by(person_id=world.people["binh"]).count() == 0


@pytest.mark.parametrize(("agency", "state"), [("HL", "published"), ("HT", "retired"), ("HT", "draft")])
def test_a_course_that_nobody_could_complete_is_not_demanded(app: Flask, an: Visitor, world: World, agency: str, state: str) -> None:
    other_course(app, world, "P1", agency, state)
    demand(app, world, "P1", "ZZZ")
    course = f"/study/courses/{world.course}"
    assert "Cần hoàn thành trước" not in an.get(course).text
    assert an.post(f"{course}/enrol", page=course, status=303).response.headers["Location"].endswith(f"/lessons/{FIRST}")


def test_a_completed_course_that_is_no_longer_offered_is_shown_as_done(app: Flask, an: Visitor, world: World) -> None:
    first = other_course(app, world, "P1")
    demand(app, world, "P1")
    complete(app, world, "an", first)
    with app.app_context():
        db.session.execute(sa.text("UPDATE course SET state = 'retired' WHERE key = 'P1'"))
        commit()
    page = an.get(f"/study/courses/{world.course}")
    assert "Cần hoàn thành trước Khóa P1 Hoàn thành" in page.text


def test_what_somebody_else_has_completed_counts_for_nobody_else(app: Flask, an: Visitor, world: World) -> None:
    first = other_course(app, world, "P1")
    demand(app, world, "P1")
    complete(app, world, "anh", first)
    assert "Trước khi học khóa này" in an.get(f"/study/courses/{world.course}").text


def test_courses_that_wait_for_each_other_lock_nobody_out(app: Flask, an: Visitor, world: World) -> None:
    other_course(app, world, "P1", prerequisites=("P2",))
    other_course(app, world, "P2", prerequisites=("M",))
    demand(app, world, "P1")
    course = f"/study/courses/{world.course}"
    assert an.post(f"{course}/enrol", page=course, status=303).response.headers["Location"].endswith(f"/lessons/{FIRST}")


def test_who_has_begun_goes_on_when_a_course_is_demanded_later(app: Flask, an: Visitor, world: World) -> None:
    Learner(an, world.course).read(FIRST)
    other_course(app, world, "P1")
    demand(app, world, "P1")
    move_all(app, world)
    assert an.get(f"/study/courses/{world.course}/lessons/{SECOND}").h1 == "Mật khẩu không giống ai"
    assert "Tiếp tục học" in an.get("/study").text


def test_the_desk_and_the_course_keep_their_budget_with_many_demands(app: Flask, an: Visitor, world: World) -> None:
    for n in range(1, 6):
        course_id = other_course(app, world, f"P{n}", prerequisites=tuple(f"P{m}" for m in range(1, n)))
        with app.app_context():
            assign_course(None, [world.people["an"]], course_id, None)
            commit()
    demand(app, world, *(f"P{n}" for n in range(1, 6)))
    for path in ("/study", "/study/courses", f"/study/courses/{world.course}"):
        an.get(path)
