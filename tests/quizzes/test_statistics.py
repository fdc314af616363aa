"""Statistics of a quiz: the formulas by hand and against plain ones, the page and its file, and what is not told."""

import io
from collections import Counter
from datetime import datetime, timedelta
from math import isclose, sqrt
from random import Random
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.base import clock, commit, db
from lms.people import Person
from lms.quizzes import KINDS, BankReport, Question, QuestionVersion, Quiz
from lms.quizzes.models import Attempt, AttemptEvent, AttemptItem
from lms.quizzes.statistics import formulas
from lms.quizzes.statistics.leaks import Period, leak_of, two_proportion_z
from tests.cast import World
from tests.pages import Visitor

from .face.sitting import load, question


def about(value: float | None, expected: float) -> bool:
    """Equal but for the last digits of floats."""
    return value is not None and isclose(value, expected, rel_tol=1e-9, abs_tol=1e-9)


def test_a_small_table_by_hand() -> None:
    """x = 100, 100, 0, 0 beside rests 200, 100, 100, 0: mean 50, cov = 3333,3; s_x = 57,7, s_y = 81,6; r = 0,7071."""
    grid = {(100, 200): 1, (100, 100): 1, (0, 100): 1, (0, 0): 1}
    sums = formulas.sums_of(grid)
    assert (sums.n, sums.x, sums.xx, sums.y, sums.yy, sums.xy) == (4, 200, 20000, 400, 60000, 30000)
    assert formulas.facility(sums, 100) == 50
    assert about(formulas.deviation(4, 200, 20000), sqrt(10000 / 3))
    assert about(formulas.discrimination(sums), 100 / sqrt(2))
    assert about(formulas.efficiency(grid), 100)  # sorted they meet as they do now


def test_efficiency_by_hand_where_the_pairing_is_not_the_best() -> None:
    """x = 100, 0, 100, 0 beside 300, 200, 100, 0: 4·40 000 − 200·600 = 40 000; the best pairing: 4·50 000 − 120 000 = 80 000."""
    assert about(formulas.efficiency({(100, 300): 1, (0, 200): 1, (100, 100): 1, (0, 0): 1}), 50)


def test_alpha_by_hand() -> None:
    """Three questions, four people: 111, 110, 100, 000. Variances 1/4, 1/3, 1/4; totals 3, 2, 1, 0 vary 5/3: 3/2·(1 − (5/6)/(5/3)) = 75 %."""
    questions = [formulas.sums_of(Counter((x, 0) for x in column)) for column in ((1, 1, 1, 0), (1, 1, 0, 0), (1, 0, 0, 0))]
    papers = formulas.sums_of(Counter((x, 0) for x in (3, 2, 1, 0)))
    found = formulas.alpha(3, questions, papers)
    assert about(found, 75)
    assert about(formulas.error_share(found), 50)
    assert about(formulas.error_of_measurement(20.0, found), 10)


def test_what_cannot_be_told_is_not_told() -> None:
    same = formulas.sums_of({(100, 50): 12})
    assert formulas.discrimination(same) is None
    assert formulas.efficiency({(100, 50): 12}) is None
    assert formulas.alpha(1, [same], same) is None
    assert formulas.error_share(-20) is None
    assert formulas.deviation(1, 5, 25) is None


points = st.integers(0, 4).map(lambda n: n * 25)


@settings(deadline=None)
@given(st.lists(st.tuples(points, st.integers(0, 2400)), min_size=2, max_size=60))
def test_exact_sums_give_what_plain_floats_give(pairs: list[tuple[int, int]]) -> None:
    n, xs, ys = len(pairs), [x for x, _y in pairs], [y for _x, y in pairs]
    mx, my = sum(xs) / n, sum(ys) / n
    cov = sum((x - mx) * (y - my) for x, y in pairs)
    vx, vy = sum((x - mx) ** 2 for x in xs), sum((y - my) ** 2 for y in ys)
    best = sum((x - mx) * (y - my) for x, y in zip(sorted(xs), sorted(ys), strict=True))
    grid = Counter(pairs)
    assert about(formulas.deviation(n, sum(xs), sum(x * x for x in xs)), sqrt(vx / (n - 1)))
    if len(set(xs)) > 1 and len(set(ys)) > 1:
        found, efficient = formulas.discrimination(formulas.sums_of(grid)), formulas.efficiency(grid)
        assert found is not None and isclose(found, 100 * cov / sqrt(vx * vy), rel_tol=1e-6, abs_tol=1e-6)
        assert efficient is not None and isclose(efficient, 100 * cov / best, rel_tol=1e-6, abs_tol=1e-6)
        assert -100 - 1e-6 <= found <= 100 + 1e-6 and efficient <= 100 + 1e-6


@settings(deadline=None)
@given(st.integers(2, 6).flatmap(lambda k: st.lists(st.lists(st.sampled_from([0, 50, 100]), min_size=k, max_size=k), min_size=3, max_size=30)))
def test_on_equal_papers_alpha_is_the_formula_of_the_books(rows: list[list[int]]) -> None:
    n, k = len(rows), len(rows[0])

    def var(values: list[int]) -> float:
        mean = sum(values) / n
        return sum((value - mean) ** 2 for value in values) / (n - 1)

    totals = [sum(row) for row in rows]
    questions = [formulas.sums_of(Counter((row[j], 0) for row in rows)) for j in range(k)]
    found = formulas.alpha(k, questions, formulas.sums_of(Counter((total, 0) for total in totals)))
    if len(set(totals)) == 1:
        assert found is None
    else:
        expected = 100 * k / (k - 1) * (1 - sum(var([row[j] for row in rows]) for j in range(k)) / var(totals))
        assert found is not None and isclose(found, expected, rel_tol=1e-6, abs_tol=1e-6)


def test_a_leak_needs_a_leap_and_ten_answers_on_each_side() -> None:
    assert about(two_proportion_z(Period(30, 10), Period(30, 25)), 3.927922024247862)
    assert leak_of(Period(30, 10), Period(30, 25)) is not None
    assert leak_of(Period(30, 10), Period(9, 9)) is None
    assert leak_of(Period(30, 20), Period(30, 25)) is None
    assert leak_of(Period(30, 30), Period(30, 30)) is None
    faster = leak_of(Period(30, 10, 1800, 30), Period(30, 25, 300, 30))
    assert faster is not None and faster.is_faster


@pytest.mark.parametrize(
    ("kind", "percent"), [("single", 25), ("multiple", 7), ("truefalse", 50), ("shortanswer", 0), ("numerical", 0), ("matching", 2)]
)
def test_who_guesses_can_expect_little(kind: str, percent: int) -> None:
    """Single of four: 1/4. Multiple of four, all or nothing: 1 of 15 sets. Matching of three to four: 1/64, rounded."""
    body = KINDS[kind].parse(question("q", "mot", kind))
    assert KINDS[kind].guess(body) == percent


class Marks:
    """Attempts as they would be after marking, written straight into the tables: statistics only count them."""

    def __init__(self, app: Flask, world: World, agency: str = "XP") -> None:
        self.app, self.world, self.agency = app, world, agency

    def quiz(self) -> int:
        """The id of the quiz of the course M."""
        with self.app.app_context():
            return int(db.session.scalars(sa.select(Quiz.id).where(Quiz.key == "cuoi-khoa")).one())

    def write(self, rows: list[list[bool]], at: datetime | None = None, people: int | None = None, seconds: int = 0, number: int = 1) -> None:
        """One attempt for each row: whether its 5 answers (always the same questions) are right. people: over how many persons they are spread."""
        with self.app.app_context():
            quiz = db.session.scalars(sa.select(Quiz).where(Quiz.key == "cuoi-khoa")).one()
            version = db.session.scalar(sa.text("SELECT id FROM quiz_version WHERE quiz_id = :q ORDER BY number DESC").bindparams(q=quiz.id))
            found = sa.select(QuestionVersion.id, QuestionVersion.body, Question.key).join(Question, Question.id == QuestionVersion.question_id)
            questions = db.session.execute(
                found.where(Question.bank_id == quiz.bank_id, Question.use == "test").order_by(Question.key).limit(5)
            ).all()
            for count, row in enumerate(rows):
                self._one(quiz.id, version, questions, row, at or clock.now(), self._person(count, people), seconds, number)
            commit()

    def _person(self, count: int, people: int | None) -> int:
        index = count % people if people else count
        name = f"Người {index:05}"
        found = db.session.scalar(sa.select(Person.id).where(Person.full_name == name))
        if found is None:
            person = Person(full_name=name, search=name, sort=name, created_at=clock.now())
            db.session.add(person)
            db.session.flush()
            found = person.id
        return int(found)

    def _one(self, quiz_id: int, version: int, questions: Any, row: list[bool], at: datetime, person_id: int, seconds: int, number: int) -> None:
        attempt = Attempt(
            person_id=person_id,
            person_name="Người",
            agency_id=self.world.agencies[self.agency],
            agency_name="Xã",
            quiz_id=quiz_id,
            quiz_version_id=version,
            cycle=1 + (db.session.scalar(sa.select(sa.func.count()).select_from(Attempt).where(Attempt.person_id == person_id)) or 0),
            number=number,
            seed="x",
            state="submitted",
            started_at=at,
            closed_at=at + timedelta(minutes=5),
            max_points=500,
            points=100 * sum(row),
            is_passed=sum(row) >= 4,
            waiting_items=0,
        )
        db.session.add(attempt)
        db.session.flush()
        for position, (version_id, body, _key) in enumerate(questions, 1):
            right = next(option["key"] for option in body["options"] if option["correct"])
            wrong = next(option["key"] for option in body["options"] if not option["correct"])
            answer = [right if row[position - 1] else wrong]
            item = {"attempt_id": attempt.id, "position": position, "question_version_id": version_id, "option_order": [], "max_points": 100}
            db.session.add(AttemptItem(**item, answer=answer, version=1, points=100 if row[position - 1] else 0))
        if seconds:
            db.session.add(AttemptEvent(attempt_id=attempt.id, at=at, kind="start"))
            for position in range(1, 6):
                db.session.flush()
                moment = at + timedelta(seconds=seconds * position)
                db.session.add(AttemptEvent(attempt_id=attempt.id, at=moment, kind="save", position=position, answer=["a"]))


@pytest.fixture
def marks(app: Flask, world: World) -> Marks:
    """Attempts at the quiz of the course M."""
    return Marks(app, world)


def rows_of(number: int, seed: int = 1) -> list[list[bool]]:
    """Answers by ability: who is able answers more of the questions, the first of which are the easiest."""
    random = Random(seed)
    abilities = [random.gauss(0, 1.2) for _one in range(number)]
    return [[random.gauss(ability, 0.7) > hardness for hardness in (-1.5, -0.7, 0, 0.7, 1.5)] for ability in abilities]


def address(marks: Marks, **more: str) -> str:
    """The page of the statistics."""
    tail = "&".join(f"{name}={value}" for name, value in more.items())
    return f"/quizzes/{marks.quiz()}/statistics" + (f"?{tail}" if tail else "")


def test_who_trains_the_course_sees_the_figures_and_nobody_else(
    marks: Marks, binh: Visitor, an: Visitor, chi: Visitor, giang: Visitor, nobody: Visitor
) -> None:
    marks.write(rows_of(40))
    shown = binh.get(address(marks)).text
    assert "40 lượt làm bài của 40 người" in shown and "hệ số tin cậy" in shown
    for visitor in (an, chi, giang):
        visitor.get(address(marks), status=403)
    nobody.get(address(marks), status=302)
    assert binh.knock("GET", "/quizzes/999999/statistics").status == 404
    assert binh.knock("GET", address(marks, which="moi")).status == 404


def test_of_nine_people_nothing_is_told(marks: Marks, binh: Visitor) -> None:
    """However many attempts they made."""
    marks.write([[True] * 5] * 30, people=9)
    shown = binh.get(address(marks, which="all")).text
    assert "Mới có 9 người" in shown and "điểm trung bình" not in shown and "m01-01" not in shown
    book = openpyxl.load_workbook(io.BytesIO(binh.get(address(marks, which="all").replace("statistics", "statistics.xlsx")).body))
    told = [str(cell.value) for row in book.active.iter_rows() for cell in row if cell.value]
    assert "Điểm trung bình (%): –" in told and not any(value.startswith("m01") for value in told)


def test_the_figures_are_those_of_the_formulas(marks: Marks, binh: Visitor) -> None:
    rows = rows_of(50)
    marks.write(rows)
    book = openpyxl.load_workbook(io.BytesIO(binh.get(address(marks).replace("statistics", "statistics.xlsx")).body))
    lines = [[cell.value for cell in row] for row in book.active.iter_rows()]
    head = next(index for index, line in enumerate(lines) if line[0] == "Mã câu hỏi")
    for position, line in enumerate(lines[head + 1 :]):
        grid = Counter((100 * row[position], 100 * (sum(row) - row[position])) for row in rows)
        sums = formulas.sums_of(grid)
        assert line[2] == 50 and line[5] in (25, 7, 50)
        assert line[3] == round(formulas.facility(sums, 100) or 0, 1)
        assert line[6] == round(formulas.discrimination(sums) or 0, 1)
        assert line[7] == round(formulas.efficiency(grid) or 0, 1)
        right = sum(row[position] for row in rows)
        assert f"✓ Đúng 0 của {line[0]}: {right}" in line[11]


def test_first_attempts_or_all_of_them(marks: Marks, binh: Visitor) -> None:
    marks.write([[True, True, False, False, False]] * 12, people=12)
    marks.write([[True] * 5] * 12, people=12, number=2)
    assert "12 lượt làm bài của 12 người" in binh.get(address(marks)).text
    shown = binh.get(address(marks, which="all")).text
    assert "24 lượt làm bài của 12 người" in shown and "70 %" in shown


def test_a_question_that_tells_the_able_from_the_others_the_wrong_way_round_is_marked(marks: Marks, binh: Visitor) -> None:
    able, other = [True, True, True, True, False], [False, True, False, False, True]
    marks.write([able] * 15 + [other] * 15)
    shown = binh.get(address(marks)).text
    assert "phân biệt ngược" in shown and "quá dễ" in shown


def test_what_everybody_suddenly_knows_is_marked_with_the_time_it_takes(marks: Marks, binh: Visitor) -> None:
    marks.write([[n % 3 == 0, n % 2 == 0, True, False, True] for n in range(30)], at=clock.now() - timedelta(days=20), seconds=60)
    marks.write([[True, n % 2 == 0, True, False, True] for n in range(30)], at=clock.now() - timedelta(days=2), seconds=20)
    shown = binh.get(address(marks)).text
    assert "Trong 7 ngày gần đây 100% số người làm đúng, trước đó 33%." in shown
    assert "Thời gian làm cũng ngắn đi ít nhất một nửa." in shown
    assert shown.count("Trong 7 ngày gần đây 1") == 1
    assert "40 giây" in shown


def test_a_dropped_question_is_not_shown_and_waiting_attempts_are_not_counted(marks: Marks, app: Flask, binh: Visitor) -> None:
    marks.write(rows_of(20))
    with app.app_context():
        first = sa.select(AttemptItem.question_version_id).where(AttemptItem.position == 1).limit(1).scalar_subquery()
        db.session.execute(sa.update(AttemptItem).where(AttemptItem.question_version_id == first).values(is_dropped=True))
        waiting = db.session.scalars(sa.select(Attempt).limit(1)).one()
        waiting.points, waiting.is_passed, waiting.waiting_items = None, None, 1
        commit()
    shown = binh.get(address(marks)).text
    assert "19 lượt làm bài" in shown and "m01-01" not in shown and "m01-02" in shown


def test_two_thousand_attempts_need_no_more_statements(marks: Marks, binh: Visitor) -> None:
    """The page fixture counts: at most ten, as for every page."""
    marks.write(rows_of(2000))
    shown = binh.get(address(marks))
    assert "2.000 lượt làm bài của 2.000 người" in shown.text and len(shown.statements) <= 10


def test_typed_answers_are_told_by_how_often_they_were_given(app: Flask, world: World, binh: Visitor) -> None:
    report: BankReport = load(app, world.agencies["HT"], [question("go-1", "mot", "shortanswer")], blueprint=[{"topic": "mot", "take": 1}])
    with app.app_context():
        quiz = db.session.scalars(sa.select(Quiz).where(Quiz.bank_id == report.bank_id)).one()
        version_id = db.session.scalars(sa.select(QuestionVersion.id).join(Question).where(Question.bank_id == report.bank_id)).one()
        helper = Marks(app, world)
        for count in range(12):
            attempt = Attempt(
                person_id=helper._person(count, None), person_name="N", agency_id=world.agencies["XP"], agency_name="X", quiz_id=quiz.id,
                quiz_version_id=report.quiz_versions["thi"], cycle=1, number=1, seed="x", state="submitted", started_at=clock.now(),
                closed_at=clock.now(), max_points=100, points=100 if count < 7 else 0, is_passed=count < 7, waiting_items=0,
            )  # fmt: skip
            db.session.add(attempt)
            db.session.flush()
            item = {"attempt_id": attempt.id, "position": 1, "question_version_id": version_id, "option_order": [], "max_points": 100, "version": 1}
            db.session.add(AttemptItem(**item, answer=["Mật khẩu"] if count < 7 else ["mật khểu"] if count < 10 else None, points=attempt.points))
        commit()
        quiz_id = quiz.id
    shown = binh.get(f"/quizzes/{quiz_id}/statistics").text
    assert "Mật khẩu: 7" in shown and "mật khểu: 3" in shown and "Không trả lời: 2" in shown
