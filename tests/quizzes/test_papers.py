"""Papers on paper: variants, what stands on them, and keying in results."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import commit, db, work_once
from lms.people import grant_role
from lms.quizzes import Attempt, AttemptItem, Grade, QuestionVersion, Quiz
from lms.quizzes.models import Allowance, KeyFix, PaperVariant, Question
from lms.study import Enrolment
from tests.cast import OPENED, PASSWORDS, World
from tests.conftest import FakeClock
from tests.pages import Page, Visitor
from tests.study.learner import Learner

Lines = list[tuple[str, str, str]]


@dataclass
class Printing:
    """Bình prints the test of the course M and keys in what comes back."""

    app: Flask
    binh: Visitor
    quiz: int

    def make(self, variants: int = 2, how: str = "same") -> str:
        """The address of a new printed paper."""
        page = f"/quizzes/{self.quiz}/papers"
        shown = self.binh.get(page)
        agency = next(option.get("value") for option in shown.all("option") if "Thuận An" in "".join(option.itertext()))
        fields = {"title": "Lớp tháng 12", "agency_id": agency, "variants": str(variants), "how": how}
        return str(self.binh.post(page, fields, status=303).response.headers["Location"])

    def variants(self, address: str) -> dict[str, list[dict[str, Any]]]:
        """code -> items."""
        with self.app.app_context():
            rows = db.session.execute(
                sa.select(PaperVariant.code, PaperVariant.items).where(PaperVariant.printed_paper_id == int(address.rsplit("/", 1)[1]))
            )
            return {row.code: row.items for row in rows}

    def keys(self, address: str, code: str) -> list[str]:
        """The answers of the key page for a variant, in order."""
        shown = self.binh.get(f"{address}/key")
        rows = [["".join(cell.itertext()).strip() for cell in row] for row in shown.all("tr") if row.find("td") is not None]
        column = 1 + sorted(self.variants(address)).index(code)
        return [row[column] for row in rows]

    def send(self, address: str, lines: Lines, status: int | None = None, **more: str) -> Page:
        """The keying page, sent with these lines."""
        padded = lines + [("", "", "")] * (20 - len(lines))
        data = {name: [line[index] for line in padded] for index, name in enumerate(("code", "variant", "answers"))}
        return self.binh.post(f"{address}/keying", {**data, **more}, status=status)

    def save(self, address: str, lines: Lines, status: int = 303) -> Page:
        """Saved at once."""
        return self.send(address, lines, status, sure="1")

    def attempts(self) -> list[Attempt]:
        """All attempts."""
        with self.app.app_context():
            return list(db.session.scalars(sa.select(Attempt).order_by(Attempt.id)))

    def answer(self, address: str, code: str, wrong: int = 0) -> str:
        """The answers of somebody who has so many faults."""
        said = [key.replace(", ", "") for key in self.keys(address, code)]
        return "; ".join(["-"] * wrong + said[wrong:])


@pytest.fixture
def printing(app: Flask, binh: Visitor) -> Printing:
    """Bình at the quiz of the course M."""
    with app.app_context():
        quiz = db.session.scalars(sa.select(Quiz.id).where(Quiz.key == "cuoi-khoa")).one()
    return Printing(app, binh, quiz)


def test_variants_have_the_same_questions_in_other_orders(printing: Printing) -> None:
    variants = printing.variants(printing.make(8))
    assert sorted(variants) == [str(code) for code in range(101, 109)]
    orders = [[item["version"] for item in items] for items in variants.values()]
    assert len({tuple(sorted(order)) for order in orders}) == 1 and len({tuple(order) for order in orders}) > 1
    options = {json.dumps(sorted((item["version"], item["order"]) for item in items)) for items in variants.values()}
    assert len(options) > 1


def test_variants_may_be_drawn_anew(printing: Printing) -> None:
    variants = printing.variants(printing.make(8, "anew"))
    assert len({tuple(sorted(item["version"] for item in items)) for items in variants.values()}) > 1
    assert {len(items) for items in variants.values()} == {5}


def test_the_paper_holds_every_question_and_no_key(printing: Printing) -> None:
    address = printing.make(2)
    shown = printing.binh.get(f"{address}/print")
    for code, items in printing.variants(address).items():
        assert f"Mã đề {code}" in shown.text and f"Hết đề {code}" in shown.text and len(items) == 5
    assert shown.text.count("Câu 5") == 2 and "A." in shown.text and "Vì sao" not in shown.html
    assert "data-correct" not in shown.html and "answer-key" not in shown.html
    sheet = printing.binh.get(f"{address}/answer-sheets")
    assert "Khoanh tròn" in sheet.text and "Câu hỏi m01" not in sheet.text


def test_a_result_is_keyed_in_checked_and_saved_as_a_closed_attempt(printing: Printing, world: World) -> None:
    address = printing.make(2)
    lines = [("cb001", "102", printing.answer(address, "102")), ("CB002", "101", printing.answer(address, "101", wrong=2))]
    checked = printing.send(address, lines, 200)
    assert "Nguyễn Văn An" in checked.text and "5/5 câu có trả lời" in checked.text and "3/5 câu có trả lời" in checked.text
    assert not printing.attempts()
    printing.save(address, lines)
    ans, anhs = printing.attempts()
    assert (ans.person_id, ans.points, ans.is_passed, ans.state, ans.number, ans.cycle) == (world.people["an"], 500, True, "submitted", 1, 1)
    assert (anhs.points, anhs.is_passed) == (300, False)
    assert ans.receipt_code and ans.reviewed_at is None and ans.paper_variant_id
    with printing.app.app_context():
        assert list(db.session.scalars(sa.select(Grade.reason))) == ["paper", "paper"]
        stored = db.session.execute(sa.select(AttemptItem.points).where(AttemptItem.attempt_id == ans.id)).all()
        assert len(stored) == 5
    told = printing.binh.get(address).text
    assert "Bài đã nhập: 2" in told and "100 %" in told and "60 %" in told


def test_single_choices_are_keyed_in_without_separators(printing: Printing) -> None:
    """A drawn paper may hold a question of several answers; then it must be separated, and the page says so."""
    address = printing.make(1)
    keys = printing.keys(address, "101")
    if all(len(key) == 1 for key in keys):
        printing.save(address, [("CB001", "101", " ".join("".join(keys)).lower())])
        assert printing.attempts()[0].points == 500
    else:
        shown = printing.send(address, [("CB001", "101", "".join(keys).replace(", ", ""))], 422)
        assert "ngăn các câu bằng dấu chấm phẩy" in shown.text


def test_each_fault_has_its_sentence_and_nothing_is_saved(printing: Printing) -> None:
    address = printing.make(1)
    good = printing.answer(address, "101")
    lines = [
        ("CB001", "101", good),
        ("CB999", "101", good),
        ("CB007", "101", good),
        ("CB002", "109", good),
        ("CB002", "101", good.rsplit(";", 1)[0]),
        ("CB002", "101", "H;" + good.split(";", 1)[1]),
        ("cb001 ", "101", good),
    ]
    shown = printing.save(address, lines, 422)
    assert shown.text.count("Không có mã cán bộ này trong phạm vi của Anh/Chị.") == 2, "a person out of reach is not named"
    assert "Giao" not in shown.text
    for sentence in ("Không có mã đề này. Các mã đề: 101.", "Đề có 5 câu, dòng này có 4 câu.", "Câu 1: ", "Mã cán bộ này đã có ở dòng trên."):
        assert sentence in shown.text
    assert "Chưa lưu dòng nào" in shown.text or "chưa lưu dòng nào" in shown.text
    assert good in shown.html and not printing.attempts()


def test_the_same_person_twice_shows_the_first_result(printing: Printing) -> None:
    address = printing.make(2)
    printing.save(address, [("CB001", "101", printing.answer(address, "101", wrong=1))])
    again = printing.save(address, [("CB001", "102", printing.answer(address, "102"))], 422)
    assert "Đã nhập bài của người này: mã đề 101, 4/5 câu." in again.text
    assert len(printing.attempts()) == 1


def test_a_double_click_saves_once(printing: Printing) -> None:
    address = printing.make(1)
    line = ("CB001", "101", printing.answer(address, "101"))
    shown = printing.send(address, [line], 200)
    key = shown.key(f"{address}/keying")
    data = {"code": line[0], "variant": line[1], "answers": line[2], "sure": "1"}
    answers = [printing.binh.post(f"{address}/keying", data, key=key) for _click in range(2)]
    assert [answer.status for answer in answers] == [303, 303]
    assert len(printing.attempts()) == 1


def test_the_number_of_attempts_holds_with_what_was_given_beyond(printing: Printing, world: World) -> None:
    for _paper in range(2):
        address = printing.make(1)
        printing.save(address, [("CB001", "101", printing.answer(address, "101", wrong=5))])
    third = printing.make(1)
    line = ("CB001", "101", printing.answer(third, "101"))
    refused = printing.save(third, [line], 422)
    assert "Nguyễn Văn An đã dùng hết số lượt làm bài này." in refused.text and len(printing.attempts()) == 2
    with printing.app.app_context():
        given = {"kind": "attempts", "amount": 1, "note": "Mất điện.", "given_by_id": world.people["binh"]}
        earlier = db.session.scalars(sa.select(Attempt).limit(1)).one()
        db.session.add(Allowance(quiz_id=printing.quiz, person_id=world.people["an"], given_at=earlier.closed_at, **given))
        commit()
    printing.save(third, [line])
    assert [attempt.number for attempt in printing.attempts()] == [1, 2, 3]


def test_a_paper_is_not_keyed_in_beside_an_attempt_under_way(printing: Printing, an: Visitor, world: World) -> None:
    learner = Learner(an, world.course)
    an.post(f"{learner.course}/enrol", page=learner.course)
    learner.read()
    learner.start()
    address = printing.make(1)
    refused = printing.save(address, [("CB001", "101", printing.answer(address, "101"))], 422)
    assert "đang làm bài này trên máy" in refused.text and len(printing.attempts()) == 1


def test_a_passed_paper_completes_the_course(printing: Printing, an: Visitor, world: World, time: FakeClock) -> None:
    learner = Learner(an, world.course)
    an.post(f"{learner.course}/enrol", page=learner.course)
    learner.read()
    address = printing.make(1)
    printing.save(address, [("CB001", "101", printing.answer(address, "101"))])
    time.forward(minutes=20)
    with printing.app.app_context():
        while work_once():
            pass
        state = db.session.scalars(sa.select(Enrolment.state).where(Enrolment.person_id == world.people["an"])).one()
    assert state == "completed"


def test_a_key_corrected_after_printing_marks_papers_keyed_in_later(printing: Printing, app: Flask) -> None:
    """By the corrected version, and a dropped question gives its points."""
    address = printing.make(1)
    items = printing.variants(address)["101"]
    good = printing.answer(address, "101")
    with app.app_context():
        found = {
            row.id: row for row in db.session.scalars(sa.select(QuestionVersion).where(QuestionVersion.id.in_([one["version"] for one in items])))
        }
        first = next(found[one["version"]] for one in items if found[one["version"]].kind == "single")
        turned = [{**option, "correct": number == _other(first.body)} for number, option in enumerate(first.body["options"])]
        question = db.session.get_one(Question, first.question_id)
        question.version_number = 2
        made = {"question_id": first.question_id, "number": 2, "kind": "single", "digest": "x", "made_at": first.made_at}
        new = QuestionVersion(**made, body={**first.body, "options": turned})
        db.session.add(new)
        db.session.flush()
        _fix(first, "key", new)
        commit()
    printing.save(address, [("CB001", "101", good)])
    assert printing.attempts()[0].points == 400
    with app.app_context():
        marked = db.session.scalars(sa.select(AttemptItem.marked_by_version_id).where(AttemptItem.marked_by_version_id.is_not(None))).all()
        assert len(marked) == 1
        _fix(db.session.get_one(QuestionVersion, first.id), "drop", None)
        commit()
    printing.save(address, [("CB002", "101", good)])
    assert printing.attempts()[1].points == 500


def _other(body: dict[str, Any]) -> int:
    return next(number for number, option in enumerate(body["options"]) if not option["correct"])


def _fix(version: QuestionVersion, kind: str, new: QuestionVersion | None) -> None:
    """A correction that was confirmed."""
    when = {"proposed_at": version.made_at, "decided_at": version.made_at}
    said = {"note": "n", "effects": {}, "state": "done", "proposed_by_id": 1, "decided_by_id": 2}
    of = {"question_id": version.question_id, "kind": kind, "version_ids": [version.id]}
    db.session.add(KeyFix(**of, **said, **when, body=new.body if new else None, to_version_id=new.id if new else None))


def test_papers_are_for_trainers_in_reach(
    printing: Printing, world: World, app: Flask, an: Visitor, chi: Visitor, nobody: Visitor, visitor: Callable[[], Visitor]
) -> None:
    address = printing.make(1)
    pages = [f"/quizzes/{printing.quiz}/papers", address, *(f"{address}/{name}" for name in ("print", "key", "answer-sheets", "keying"))]
    with app.app_context():
        grant_role(None, world.people["giang"], world.agencies["HL"], "trainer", OPENED)
        commit()
    giang = visitor().sign_in("giang", PASSWORDS["giang"])
    for path in pages:
        an.get(path, status=403)
        chi.get(path, status=403)
        nobody.get(path, status=302)
        giang.get(path, status=404)
    giang.post(f"{address}/keying", {"code": "CB007"}, page="/account", status=404)


def test_a_number_of_variants_must_be_sensible(printing: Printing) -> None:
    page = f"/quizzes/{printing.quiz}/papers"
    shown = printing.binh.post(page, {"title": "", "agency_id": "1", "variants": "9", "how": "same"}, status=422)
    assert "một số từ 1 đến 8" in shown.text and "Anh/Chị nhập tên đợt in" in shown.text
    assert re.search(r'value="9"', shown.html)
