"""Correcting a key and dropping a question: dry run, second person, what then happens, and what stays as it was."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import Refused, commit, db, work_once
from lms.certificates import Certificate
from lms.courses import add_trainer
from lms.people import grant_role
from lms.quizzes import Attempt, AttemptItem, Grade, Question, QuestionVersion
from lms.quizzes.key_fixes import confirm_fix
from lms.quizzes.models import KeyFix
from tests.cast import OPENED, PASSWORDS, World
from tests.conftest import FakeClock
from tests.pages import Page, Visitor
from tests.study.learner import Learner, rightly, wrongly

SEEN = "seen"


@dataclass
class Fixing:
    """A trainer at a correction."""

    app: Flask
    visitor: Visitor
    question: int = 0

    def read(self, ask: Callable[[], Any]) -> Any:
        """Something of the database."""
        with self.app.app_context():
            return ask()

    def fields(self, **more: str) -> dict[str, str]:
        """The form of the question as it stands on the page, with changes."""
        shown = self.visitor.get(f"/quizzes/questions/{self.question}/key-fix")
        found: dict[str, str] = {"fix": "key", "note": "Sai đáp án."}
        for tag in ("input", "textarea"):
            for one in shown.all(tag):
                name, value = one.get("name") or "", one.get("value") if tag == "input" else "".join(one.itertext())
                is_on = one.get("type") not in ("radio", "checkbox") or one.get("checked") is not None
                if name.startswith("f-") and is_on:
                    found[name] = value or ""
        return found | more

    def turned(self, number: int) -> dict[str, str]:
        """Another option (by its row) is right."""
        return self.fields(**{"f-options-correct": str(number)})

    def check(self, fields: dict[str, str], status: int = 200) -> Page:
        """The dry run."""
        return self.visitor.post(f"/quizzes/questions/{self.question}/key-fix", fields, status=status)

    def propose(self, fields: dict[str, str], status: int = 303) -> str:
        """The address of the proposal."""
        shown = self.check(fields)
        answer = self.visitor.post(f"/quizzes/questions/{self.question}/key-fix", fields | {"sure": "1"}, page=shown, status=status)
        return str(answer.response.headers.get("Location", ""))

    def asked(self, address: str) -> Page:
        """The dry run anew, before confirming."""
        return self.visitor.post(f"{address}/check", page=address, status=200)

    def confirm(self, address: str, shown: Page | None = None) -> Page:
        """Confirm what the page shows."""
        shown = shown or self.asked(address)
        seen = next(field.get("value", "") for field in shown.all("input") if field.get("name") == SEEN)
        return self.visitor.post(f"{address}/confirm", {SEEN: seen}, page=shown)


@pytest.fixture
def binh_fixes(app: Flask, binh: Visitor) -> Fixing:
    """Bình, who finds the fault."""
    return Fixing(app, binh)


@pytest.fixture
def second(app: Flask, world: World, visitor: Callable[[], Visitor]) -> Fixing:
    """Chi, who for once is a trainer of the course, too."""
    with app.app_context():
        grant_role(None, world.people["chi"], world.agencies["HT"], "trainer", OPENED)
        add_trainer(None, world.course, world.people["chi"], "owner")
        commit()
    return Fixing(app, visitor().sign_in("chi", PASSWORDS["chi"]))


def sit(visitor: Visitor, world: World, wrong: int) -> int:
    """The person reads the course and sits the test with the first `wrong` answers wrong; the id of the attempt."""
    learner = Learner(visitor, world.course)
    visitor.post(f"{learner.course}/enrol", page=learner.course)
    learner.read()
    attempt = learner.start()
    sheet = visitor.get(attempt)
    right, bad = rightly(sheet), wrongly(sheet)
    learner.submit(attempt, {position: bad[position] if position <= wrong else values for position, values in right.items()})
    return int(attempt.rsplit("/", 1)[1])


def item_of(fixing: Fixing, attempt_id: int, position: int) -> Any:
    """(question id, version id, key, kind, body, answer) of an item."""
    wanted = sa.select(
        Question.id, QuestionVersion.id.label("version_id"), Question.key, QuestionVersion.kind, QuestionVersion.body, AttemptItem.answer
    )
    joined = wanted.join(QuestionVersion, QuestionVersion.question_id == Question.id).join(
        AttemptItem, AttemptItem.question_version_id == QuestionVersion.id
    )
    return fixing.read(lambda: db.session.execute(joined.where(AttemptItem.attempt_id == attempt_id, AttemptItem.position == position)).one())


def single_of(fixing: Fixing, attempt_id: int, among: tuple[int, ...] = (5, 4, 3, 2, 1)) -> Any:
    """An item with a single choice."""
    return next(item for position in among if (item := item_of(fixing, attempt_id, position)).kind == "single")


def attempt_of(fixing: Fixing, attempt_id: int) -> Attempt:
    """An attempt as stored."""
    found: Attempt = fixing.read(lambda: db.session.get_one(Attempt, attempt_id))
    return found


def grades_of(fixing: Fixing, attempt_id: int) -> list[tuple[str, int, bool, int | None]]:
    """Its grades in order."""
    wanted = sa.select(Grade.reason, Grade.points, Grade.is_passed, Grade.key_fix_id).where(Grade.attempt_id == attempt_id).order_by(Grade.id)
    return [tuple(row) for row in fixing.read(lambda: db.session.execute(wanted).all())]


def has_it_too(fixing: Fixing, attempt_id: int, item: Any, points: int) -> None:
    """That attempt, too, has the question, answered rightly, and so many points: papers are drawn, and a test must not wait for chance."""
    places = [position for position in range(1, 6) if item_of(fixing, attempt_id, position).id == item.id]
    with fixing.app.app_context():
        own = sa.update(AttemptItem).where(AttemptItem.attempt_id == attempt_id)
        here = AttemptItem.question_version_id == item.version_id if places else AttemptItem.position == 5
        db.session.execute(own.where(here).values(question_version_id=item.version_id, answer=item.answer, points=100))
        if places == [1]:  # it was the one answered wrongly: another takes that part
            db.session.execute(own.where(AttemptItem.position == 2).values(answer=None, points=0))
        db.session.execute(sa.update(Attempt).where(Attempt.id == attempt_id).values(points=points))
        commit()


def wrong_row(item: Any) -> int:
    """The row of the form with an option that is not right."""
    return next(number for number, option in enumerate(item.body["options"], 1) if not option["correct"])


def test_the_dry_run_tells_what_then_happens(world: World, an: Visitor, giao: Visitor, binh_fixes: Fixing, second: Fixing) -> None:
    """An passes with one fault and would fail; Giao of the neighbour district is a number. Certificates stay."""
    ans = sit(an, world, wrong=1)
    item = single_of(binh_fixes, ans, (5, 4, 3, 2))
    giaos = sit(giao, world, wrong=1)
    has_it_too(binh_fixes, giaos, item, points=400)
    assert attempt_of(binh_fixes, ans).is_passed
    certificates = binh_fixes.read(lambda: db.session.execute(sa.select(Certificate.id, Certificate.state, Certificate.number_text)).all())
    binh_fixes.question = item.id
    shown = binh_fixes.check(binh_fixes.turned(wrong_row(item)))
    assert "Sẽ thành không đạt" in shown.text and "Nguyễn Văn An" in shown.text and "Giao" not in shown.text
    assert "1 bài của người ngoài phạm vi của Anh/Chị" in shown.text
    assert "dựa trên bài này. Hệ thống không tự thu hồi." in shown.text
    assert attempt_of(binh_fixes, ans).points == 400
    address = binh_fixes.propose(binh_fixes.turned(wrong_row(item)))
    assert attempt_of(binh_fixes, ans).points == 400
    done = second.confirm(address)
    assert done.status == 303
    after = attempt_of(binh_fixes, ans)
    assert (after.points, after.is_passed) == (300, False)
    fix_id = int(address.rsplit("/", 1)[1])
    assert grades_of(binh_fixes, ans) == [("submitted", 400, True, None), ("regraded", 300, False, fix_id)]
    told = second.visitor.get(address).text
    assert "Cần xem xét: đã đạt, nay không đạt" in told and "Nguyễn Văn An" in told and "Giao" not in told
    assert attempt_of(binh_fixes, giaos).is_passed is False
    assert certificates == binh_fixes.read(lambda: db.session.execute(sa.select(Certificate.id, Certificate.state, Certificate.number_text)).all())
    version = binh_fixes.read(lambda: db.session.scalars(sa.select(Question.version_number).where(Question.id == item.id)).one())
    assert version == 2


def test_who_proposes_does_not_confirm(world: World, an: Visitor, binh_fixes: Fixing, app: Flask) -> None:
    """One clear sentence, and the database would not have it either."""
    ans = sit(an, world, wrong=1)
    item = single_of(binh_fixes, ans)
    binh_fixes.question = item.id
    address = binh_fixes.propose(binh_fixes.turned(wrong_row(item)))
    assert "cần một giảng viên khác xác nhận" in binh_fixes.asked(address).text
    refused = binh_fixes.visitor.post(f"{address}/confirm", {SEEN: "x"}, page=address, status=422)
    assert "Người đề nghị không tự xác nhận được." in refused.text
    with app.app_context(), pytest.raises(sa.exc.IntegrityError):
        fix = db.session.scalars(sa.select(KeyFix)).one()
        fix.state, fix.decided_by_id, fix.decided_at = "done", fix.proposed_by_id, fix.proposed_at
        db.session.flush()


def test_only_one_proposal_waits_for_a_question(world: World, an: Visitor, binh_fixes: Fixing, second: Fixing) -> None:
    item = single_of(binh_fixes, sit(an, world, wrong=1))
    binh_fixes.question = second.question = item.id
    fields = binh_fixes.turned(wrong_row(item))
    address = binh_fixes.propose(fields)
    shown = second.check(fields)
    again = second.visitor.post(f"/quizzes/questions/{item.id}/key-fix", fields | {"sure": "1"}, page=shown, status=422)
    assert "đang có một đề nghị chờ xác nhận" in again.text
    second.visitor.post(f"{address}/decline", page=address, status=303)
    assert "đã bỏ" in binh_fixes.visitor.get("/quizzes/key-fixes").text
    assert second.propose(fields)


def test_a_double_click_confirms_once(world: World, an: Visitor, binh_fixes: Fixing, second: Fixing) -> None:
    ans = sit(an, world, wrong=1)
    item = single_of(binh_fixes, ans, (5, 4, 3, 2))
    binh_fixes.question = item.id
    address = binh_fixes.propose(binh_fixes.turned(wrong_row(item)))
    shown = second.asked(address)
    seen = next(field.get("value", "") for field in shown.all("input") if field.get("name") == SEEN)
    key = shown.key(f"{address}/confirm")
    first, again = (second.visitor.post(f"{address}/confirm", {SEEN: seen}, key=key) for _click in range(2))
    assert first.status == again.status == 303
    other = second.visitor.post(f"{address}/confirm", {SEEN: seen}, page=f"/quizzes/questions/{item.id}/key-fix")
    assert other.status == 422 and "đã được quyết định rồi" in other.text
    assert [grade[0] for grade in grades_of(binh_fixes, ans)] == ["submitted", "regraded"]


def test_two_who_confirm_at_one_moment_are_one(world: World, an: Visitor, binh_fixes: Fixing, second: Fixing, app: Flask) -> None:
    """The second waits for the first and is told that it is decided."""
    ans = sit(an, world, wrong=1)
    item = single_of(binh_fixes, ans, (5, 4, 3, 2))
    binh_fixes.question = item.id
    address = binh_fixes.propose(binh_fixes.turned(wrong_row(item)))
    shown = second.asked(address)
    seen = next(field.get("value", "") for field in shown.all("input") if field.get("name") == SEEN)

    def confirm(person: str) -> str:
        with app.app_context():
            try:
                confirm_fix(SimpleNamespace(person_id=world.people[person], name=person), int(address.rsplit("/", 1)[1]), seen)
                commit()
            except Refused as refused:
                return refused.sentence
            return "done"

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(confirm, ("chi", "dung")), key=len)
    assert said[0] == "done" and "đã được quyết định rồi" in said[1]
    assert [grade[0] for grade in grades_of(binh_fixes, ans)] == ["submitted", "regraded"]


def test_numbers_that_changed_are_shown_and_asked_again(
    world: World, app: Flask, an: Visitor, anh: Visitor, binh_fixes: Fixing, second: Fixing
) -> None:
    ans = sit(an, world, wrong=1)
    item = single_of(binh_fixes, ans, (5, 4, 3, 2))
    binh_fixes.question = item.id
    address = binh_fixes.propose(binh_fixes.turned(wrong_row(item)))
    shown = second.asked(address)
    anhs = sit(anh, world, wrong=5)
    has_it_too(binh_fixes, anhs, item, points=100)
    again = second.confirm(address, shown)
    assert again.status == 409 and "đã có bài mới hoặc điểm mới" in again.text
    assert attempt_of(binh_fixes, ans).points == 400
    assert second.confirm(address, again).status == 303
    assert attempt_of(binh_fixes, ans).points == 300


def test_an_open_paper_is_marked_right_when_it_closes(world: World, an: Visitor, binh_fixes: Fixing, second: Fixing) -> None:
    learner = Learner(an, world.course)
    an.post(f"{learner.course}/enrol", page=learner.course)
    learner.read()
    attempt = learner.start()
    attempt_id, sheet = int(attempt.rsplit("/", 1)[1]), an.get(attempt)
    item = single_of(binh_fixes, attempt_id)
    binh_fixes.question = item.id
    address = binh_fixes.propose(binh_fixes.turned(wrong_row(item)))
    assert "1 bài đang làm, sẽ chấm theo đáp án mới khi nộp" in second.asked(address).text
    second.confirm(address)
    learner.submit(attempt, rightly(sheet))
    assert attempt_of(binh_fixes, attempt_id).points == 400
    assert grades_of(binh_fixes, attempt_id) == [("submitted", 400, True, None)]


def test_a_dropped_question_gives_everybody_its_points_and_is_not_drawn_again(
    world: World, an: Visitor, binh_fixes: Fixing, second: Fixing, time: FakeClock
) -> None:
    ans = sit(an, world, wrong=2)
    item = item_of(binh_fixes, ans, 1)
    binh_fixes.question = item.id
    fields = {"fix": "drop", "note": "Câu hỏi không còn đúng luật."}
    assert "Sẽ thành đạt" in binh_fixes.check(fields).text
    second.confirm(binh_fixes.propose(fields))
    after = attempt_of(binh_fixes, ans)
    assert (after.points, after.is_passed, after.max_points) == (400, True, 500)
    state, is_edited = binh_fixes.read(lambda: db.session.execute(sa.select(Question.state, Question.is_edited).where(Question.id == item.id)).one())
    assert state == "retired" and is_edited


def test_words_that_learners_saw_are_not_changed_by_a_correction(world: World, binh_fixes: Fixing, binh: Visitor) -> None:
    binh_fixes.question = int(binh_fixes.read(lambda: db.session.scalars(sa.select(Question.id).where(Question.key == "m01-01")).one()))
    refused = binh_fixes.check(binh_fixes.turned(2) | {"f-text": "Một câu khác?"}, status=422)
    assert "Câu chữ học viên đã thấy phải giữ nguyên" in refused.text and "Một câu khác?" in refused.html
    assert "chưa có gì thay đổi" in binh_fixes.check(binh_fixes.fields(), status=422).text
    assert "ghi lý do" in binh_fixes.check(binh_fixes.turned(2) | {"note": ""}, status=422).text


def test_a_question_rewritten_since_is_not_overwritten(world: World, an: Visitor, binh_fixes: Fixing, second: Fixing, app: Flask) -> None:
    item = single_of(binh_fixes, sit(an, world, wrong=1))
    binh_fixes.question = item.id
    address = binh_fixes.propose(binh_fixes.turned(wrong_row(item)))
    shown = second.asked(address)
    with app.app_context():
        question = db.session.get_one(Question, item.id)
        old = db.session.get_one(QuestionVersion, item.version_id)
        question.version_number += 1
        new = {"question_id": item.id, "number": question.version_number, "kind": old.kind, "digest": "x", "made_at": old.made_at}
        db.session.add(QuestionVersion(**new, body={**old.body, "text": "Câu mới?"}))
        commit()
    refused = second.confirm(address, shown)
    assert refused.status == 422 and "Câu hỏi đã được sửa sau khi có đề nghị này." in refused.text


def test_the_worker_finds_papers_drawn_in_that_moment_and_does_nothing_twice(
    world: World, an: Visitor, binh_fixes: Fixing, second: Fixing, app: Flask, time: FakeClock
) -> None:
    ans = sit(an, world, wrong=1)
    item = single_of(binh_fixes, ans, (5, 4, 3, 2))
    binh_fixes.question = item.id
    address = binh_fixes.propose(binh_fixes.turned(wrong_row(item)))
    second.confirm(address)
    with app.app_context():  # as if it had been drawn with the old version and closed beside the confirmation
        items = sa.update(AttemptItem).where(AttemptItem.attempt_id == ans, AttemptItem.question_version_id == item.version_id)
        db.session.execute(items.values(marked_by_version_id=None, points=100))
        db.session.execute(sa.update(Attempt).where(Attempt.id == ans).values(points=400, is_passed=True))
        commit()
    time.forward(minutes=3)
    with app.app_context():
        while work_once():
            pass
    assert attempt_of(binh_fixes, ans).points == 300
    assert [grade[1] for grade in grades_of(binh_fixes, ans)] == [400, 300, 300]
    time.forward(minutes=3)
    with app.app_context():
        while work_once():
            pass
    assert len(grades_of(binh_fixes, ans)) == 3


def test_corrections_are_for_trainers_of_the_bank(
    world: World, an: Visitor, chi: Visitor, giang: Visitor, nobody: Visitor, binh_fixes: Fixing
) -> None:
    item = single_of(binh_fixes, sit(an, world, wrong=1))
    binh_fixes.question = item.id
    address = binh_fixes.propose(binh_fixes.turned(wrong_row(item)))
    for path in ("/quizzes/key-fixes", address, f"/quizzes/questions/{item.id}/key-fix"):
        for visitor in (an, chi, giang):
            visitor.get(path, status=403)
        nobody.get(path, status=302)


def test_a_trainer_of_another_district_does_not_find_them(
    world: World, an: Visitor, binh_fixes: Fixing, app: Flask, visitor: Callable[[], Visitor]
) -> None:
    item = single_of(binh_fixes, sit(an, world, wrong=1))
    binh_fixes.question = item.id
    address = binh_fixes.propose(binh_fixes.turned(wrong_row(item)))
    with app.app_context():
        grant_role(None, world.people["giang"], world.agencies["HL"], "trainer", OPENED)
        commit()
    giang = visitor().sign_in("giang", PASSWORDS["giang"])
    giang.get(address, status=404)
    giang.get(f"/quizzes/questions/{item.id}/key-fix", status=404)
    assert item.key not in giang.get("/quizzes/key-fixes").html
    for deed in ("check", "confirm", "decline"):
        giang.post(f"{address}/{deed}", {SEEN: "x"}, page="/account", status=404)
