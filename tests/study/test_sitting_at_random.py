"""An exam day at random: two tabs, cuts, clocks, double clicks, extra time, late answers, corrected keys and kills, against a plain model.

Whatever happens: the database holds exactly what the rules of saving say (so no acknowledged answer is lost), the score is the marks of those
answers, there are never more attempts than allowed, and no byte that is sent holds an explanation before it may be seen.
"""

import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test
from werkzeug.test import TestResponse

from lms.base import Refused, clock, commit, db
from lms.quizzes import KINDS, Attempt, AttemptItem, Grade, Question, QuestionVersion, save_answer
from lms.quizzes.allowing import give_attempts, give_minutes, reopen
from lms.quizzes.key_fixes import confirm_fix, corrected, dry_run, propose_fix
from lms.quizzes.late import accept_late
from lms.quizzes.models import AttemptEvent
from lms.quizzes.reach import question_for
from lms.quizzes.saving import SavedItem, items_of
from lms.study.tasks import close_late_attempts
from tests import cast
from tests.conftest import FakeClock, make_app
from tests.databases import Copies
from tests.quizzes.trainers import trainer

KEY = re.compile(r'name="_key" value="([^"]+)"')
EXPLAINED = re.compile(r"Vì sao \w+ của ([\w-]+)")
SPARE = {"m01-s1", "m02-s1"}  # self-checks of lessons: everybody may see why
MINUTES, GRACE, RULED_ATTEMPTS, QUESTIONS = 10, 30, 2, 5
POSITIONS, CHOICES = st.integers(1, QUESTIONS), st.lists(st.integers(0, 3), max_size=1)


@dataclass
class Cell:
    """One answer as the rules of saving say it stands in the database."""

    answer: list[str] | None = None
    version: int = 0
    client: str | None = None
    number: int = 0

    def write(self, answer: list[str] | None, client: str | None, number: int) -> None:
        """Somebody wrote it."""
        self.answer, self.client, self.number, self.version = answer, client, number, self.version + 1


@dataclass
class Tab:
    """An open page: its name, how far its saves are numbered, what it knows of each question, and what has no receipt yet."""

    client: str
    number: int = 0
    seen: dict[int, int] = field(default_factory=dict)
    was: dict[int, str] = field(default_factory=dict)
    unsent: dict[int, dict[str, Any]] = field(default_factory=dict)


@dataclass
class Sheet:
    """An attempt as the model knows it."""

    id: int
    deadline: Any
    cells: dict[int, Cell]
    options: dict[int, list[str]]
    is_open: bool = True
    is_reviewed: bool = False


class Hall:
    """The application on a copy of the world, An at the browser, and two trainers beside."""

    def __init__(self, app: Flask, world: cast.World, time: FakeClock) -> None:
        self.app, self.world, self.time = app, world, time
        self.client = app.test_client()
        self.course = f"/study/courses/{world.course}"
        self.sign_in()

    def sign_in(self) -> None:
        """An signs in."""
        page = self.client.get("/sign-in").get_data(as_text=True)
        found = KEY.search(page)
        data = {"username": "an", "password": cast.PASSWORDS["an"], "_key": found[1] if found else ""}
        assert self.client.post("/sign-in", data=data).status_code in (302, 303)

    def carry_out(self, act: Callable[[], Any], is_killed: bool = False) -> Any:
        """A transaction of the server; is_killed: the process dies before it is committed."""
        with self.app.app_context():
            value = act()
            if is_killed:
                db.session.rollback()
            else:
                commit()
            return value


class ExamDay(RuleBasedStateMachine):
    """The rules of the exam day. `open_hall` gives a fresh hall."""

    open_hall: Callable[[], AbstractContextManager[Hall]]

    def __init__(self) -> None:
        super().__init__()
        self.place = type(self).open_hall()
        self.hall = self.place.__enter__()
        self.sheets: list[Sheet] = []
        self.tabs = [Tab("thethunhat1"), Tab("thethuhai22")]
        self.extra_attempts = 0

    def teardown(self) -> None:
        """The hall is given back."""
        self.place.__exit__(None, None, None)

    # What the model says

    @property
    def sheet(self) -> Sheet:
        """The attempt of now."""
        return self.sheets[-1]

    def is_over(self) -> bool:
        """Whether nothing is saved any more."""
        return bool(clock.now().timestamp() > self.sheet.deadline.timestamp() + GRACE)

    def is_sitting(self) -> bool:
        """Whether answers are saved."""
        return bool(self.sheets) and self.sheet.is_open and not self.is_over()

    def allowed_to_see(self) -> set[str]:
        """The questions whose explanations may be sent."""
        with self.hall.app.app_context():
            joined = sa.select(Question.key, Attempt.state, Attempt.reviewed_at).join(QuestionVersion, QuestionVersion.question_id == Question.id)
            joined = joined.join(AttemptItem, AttemptItem.question_version_id == QuestionVersion.id).join(
                Attempt, Attempt.id == AttemptItem.attempt_id
            )
            rows = db.session.execute(joined.where(Attempt.person_id == self.hall.world.people["an"])).all()
        reviewed, on_open = {row.key for row in rows if row.reviewed_at}, {row.key for row in rows if row.state == "open"}
        return (reviewed - on_open) | SPARE

    # What An does

    def ask(self, method: str, path: str, **options: Any) -> TestResponse:
        """One request of An's; every byte of the answer is searched for what must not be seen yet."""
        before = self.allowed_to_see()
        answer = self.hall.client.open(path, method=method, **options)
        assert answer.status_code < 500, (method, path, answer.get_data(as_text=True)[:2000])
        told = set(EXPLAINED.findall(answer.get_data(as_text=True)))
        assert told <= before | self.allowed_to_see(), (method, path, told)
        assert method != "GET" or told <= before, (path, told)
        return answer

    def form_key(self, path: str) -> str:
        """The key of the first own form of a page that is shown."""
        found = KEY.findall(self.ask("GET", path, follow_redirects=True).get_data(as_text=True))
        return str(found[-1])

    @initialize()
    def begin(self) -> None:
        """An starts, so that every day has something in it."""
        self.start()

    @rule()
    def start(self) -> None:
        """Press "Bắt đầu làm bài", twice."""
        address = f"{self.hall.course}/quizzes/cuoi-khoa"
        page = self.ask("GET", address).get_data(as_text=True)
        if f"{address}/start" not in page:
            return
        key = KEY.findall(page)[-1]
        first, second = (self.ask("POST", f"{address}/start", data={"_key": key}) for _turn in range(2))
        assert first.status_code == second.status_code and first.headers.get("Location") == second.headers.get("Location")
        if first.status_code != 303:
            return
        attempt_id = int(first.headers["Location"].rpartition("/")[2])
        if attempt_id not in [one.id for one in self.sheets]:
            self.sheets.append(self.read_sheet(attempt_id))
            for tab in self.tabs:
                tab.unsent.clear()
                self.open_page(tab)

    def read_sheet(self, attempt_id: int) -> Sheet:
        """A new attempt."""
        with self.hall.app.app_context():
            deadline = db.session.get_one(Attempt, attempt_id).deadline_at
            items = {item.position: item.order for item in items_of([attempt_id])}
        return Sheet(attempt_id, deadline, {position: Cell() for position in items}, items)

    def open_page(self, tab: Tab) -> None:
        """The tab is loaded anew: it knows what the server knows."""
        self.ask("GET", f"/study/attempts/{self.sheet.id}", follow_redirects=True)
        tab.seen = {position: cell.version for position, cell in self.sheet.cells.items()}
        tab.was = {position: ",".join(cell.answer or ()) for position, cell in self.sheet.cells.items()}

    @precondition(lambda self: self.sheets)
    @rule(number=st.integers(0, 1))
    def load_again(self, number: int) -> None:
        """F5, or the back button."""
        self.open_page(self.tabs[number])

    def send(self, save: dict[str, Any]) -> TestResponse:
        """One numbered save."""
        headers = {"Accept": "application/json", "X-Form-Key": self.form_key("/study/courses")}
        return self.ask("POST", f"/study/attempts/{self.sheet.id}/answers", json=save, headers=headers)

    def expect(self, save: dict[str, Any]) -> str:
        """What the rules say that the server does with this save; the model does it, too."""
        cell = self.sheet.cells[save["position"]]
        is_own = cell.client == save["client"]
        if is_own and cell.number >= save["number"]:
            return "yours"
        if not self.is_sitting():
            return "late"
        if not is_own and save["late"] and cell.version > save["seen"]:
            return "other"
        cell.write(save["values"] or None, save["client"], save["number"])
        return "yours"

    def take_receipt(self, tab: Tab, save: dict[str, Any], answer: TestResponse, kept: str) -> None:
        """The receipt says the truth."""
        position, said = save["position"], json.loads(answer.get_data(as_text=True))
        latest = tab.unsent.get(position)
        if latest and latest["number"] == save["number"]:
            del tab.unsent[position]
        if kept == "late":
            assert (answer.status_code, said["kept"]) == (409, "late"), said
            return
        assert (answer.status_code, said["kept"]) == (200, kept), (said, kept)
        assert (said["answer"] or None) == self.sheet.cells[position].answer
        tab.seen[position] = said["version"]
        tab.was[position] = ",".join(said["answer"])

    def new_save(self, tab: Tab, position: int, chosen: list[int]) -> dict[str, Any]:
        """A click in a tab; until its receipt is there, it stands in the journal."""
        tab.number += 1
        values = [self.sheet.options[position][index] for index in chosen if index < len(self.sheet.options[position])]
        save = {"position": position, "values": values, "client": tab.client, "number": tab.number, "seen": tab.seen[position], "late": False}
        tab.unsent[position] = save
        return save

    @precondition(lambda self: self.sheets)
    @rule(
        number=st.integers(0, 1),
        position=POSITIONS,
        chosen=CHOICES,
        fate=st.sampled_from(["arrives", "arrives", "twice", "unanswered", "cut", "killed"]),
    )
    def click(self, number: int, position: int, chosen: list[int], fate: str) -> None:
        """Choose. It arrives (or twice); it arrives and the receipt is lost; it never arrives; the server dies before it is on disk."""
        tab = self.tabs[number]
        save = self.new_save(tab, position, chosen)
        if fate == "killed" and self.is_sitting():
            an = self.hall.world.people["an"]
            self.hall.carry_out(lambda: save_answer(an, self.sheet.id, **save), is_killed=True)
        if fate in ("cut", "killed"):
            tab.unsent[position] = {**save, "late": True}
            return
        for _turn in range(2 if fate == "twice" else 1):
            kept = self.expect(save)
            answer = self.send(save)
            if fate == "unanswered":
                tab.unsent[position] = {**save, "late": True}
                return
            self.take_receipt(tab, save, answer, kept)

    @precondition(lambda self: self.sheets and any(tab.unsent for tab in self.tabs))
    @rule(number=st.integers(0, 1))
    def come_back(self, number: int) -> None:
        """The network is back: the journal of the tab is sent."""
        tab = self.tabs[number]
        for save in list(tab.unsent.values()):
            kept = self.expect(save)
            self.take_receipt(tab, save, self.send(save), kept)

    @precondition(lambda self: self.sheets)
    @rule(
        number=st.integers(0, 1),
        chosen=st.dictionaries(POSITIONS, st.integers(0, 3), max_size=4),
        is_handed_in=st.booleans(),
        is_double=st.booleans(),
    )
    def send_form(self, number: int, chosen: dict[int, int], is_handed_in: bool, is_double: bool) -> None:
        """Without script: the whole form, as that tab shows it; saved, or handed in."""
        tab, path = self.tabs[number], f"/study/attempts/{self.sheet.id}"
        data: dict[str, Any] = {"_key": self.form_key("/study/courses")}
        for position, was in tab.was.items():
            data[f"was-{position}"] = was
            data[f"answer-{position}"] = was.split(",") if was else []
        for position, index in chosen.items():
            if index < len(self.sheet.options[position]):
                data[f"answer-{position}"] = [self.sheet.options[position][index]]
        is_sitting, is_open = self.is_sitting(), self.sheet.is_open
        for _turn in range(2 if is_double else 1):
            sent = {**data, "sure": "1"} if is_handed_in else data
            assert self.ask("POST", f"{path}/submit" if is_handed_in else f"{path}/save", data=sent).status_code == 303
        if is_sitting:
            for position, cell in self.sheet.cells.items():
                values = data[f"answer-{position}"] or None
                if values and ",".join(values) != data[f"was-{position}"] and values != cell.answer:
                    cell.write(values, None, 0)
        if is_handed_in and is_open:
            self.sheet.is_open = False
        self.open_page(tab)

    @precondition(lambda self: self.sheets and not self.sheet.is_open)
    @rule()
    def look_at_the_result(self) -> None:
        """An opens the result, and the explanations if a button offers them."""
        path = f"/study/attempts/{self.sheet.id}"
        page = self.ask("GET", f"{path}/result", follow_redirects=True).get_data(as_text=True)
        if f"{path}/review" in page:
            self.ask("POST", f"{path}/review", data={"_key": self.form_key(f"{path}/result")})
            assert self.ask("GET", f"{path}/result").status_code == 200

    # What happens around

    @rule(seconds=st.sampled_from([5, 20, 60, 240, MINUTES * 60]))
    def time_passes(self, seconds: int) -> None:
        """The clock goes on."""
        self.hall.time.forward(seconds=seconds)

    @rule()
    def the_worker_comes(self) -> None:
        """What is over is closed, twice."""
        for _turn in range(2):
            self.hall.carry_out(close_late_attempts)
        if self.sheets and self.sheet.is_open and self.is_over():
            self.sheet.is_open = False

    # What trainers do

    def trainer(self) -> Any:
        """Bình."""
        return trainer(self.hall.world)

    def tries(self, act: Callable[[], Any]) -> bool:
        """Whether it was not refused."""
        try:
            self.hall.carry_out(act)
        except Refused:
            return False
        return True

    @precondition(lambda self: self.sheets)
    @rule(minutes=st.sampled_from([1, 5, 15]))
    def more_time(self, minutes: int) -> None:
        """Extra time, in mid-attempt or for the next."""
        with self.hall.app.app_context():
            quiz_id = db.session.get_one(Attempt, self.sheet.id).quiz_id
        an = self.hall.world.people["an"]
        if self.tries(lambda: give_minutes(self.trainer(), quiz_id=quiz_id, person_id=an, minutes=minutes, note="Mất điện")):
            self.read_deadline()

    def read_deadline(self) -> None:
        """An open attempt's deadline as it is stored now; it never moves backwards."""
        with self.hall.app.app_context():
            deadline = db.session.get_one(Attempt, self.sheet.id).deadline_at
        assert deadline >= self.sheet.deadline
        self.sheet.deadline = deadline

    @precondition(lambda self: self.sheets and self.extra_attempts < 2)
    @rule()
    def one_more_attempt(self) -> None:
        """An extra attempt."""
        with self.hall.app.app_context():
            quiz_id = db.session.get_one(Attempt, self.sheet.id).quiz_id
        an = self.hall.world.people["an"]
        if self.tries(lambda: give_attempts(self.trainer(), quiz_id=quiz_id, person_id=an, number=1, note="Máy hỏng")):
            self.extra_attempts += 1

    @precondition(lambda self: self.sheets and not self.sheet.is_open)
    @rule()
    def open_again(self) -> None:
        """Reopening: never an attempt whose explanations may have been seen."""
        with self.hall.app.app_context():
            attempt = db.session.get_one(Attempt, self.sheet.id)
            was_reviewed = attempt.reviewed_at is not None
        if self.tries(lambda: reopen(self.trainer(), self.sheet.id, 5, "Mất điện")):
            assert not was_reviewed
            self.sheet.is_open = True
            with self.hall.app.app_context():
                self.sheet.deadline = db.session.get_one(Attempt, self.sheet.id).deadline_at

    @precondition(lambda self: self.sheets and not self.sheet.is_open)
    @rule()
    def accept_what_came_late(self) -> None:
        """A trainer accepts every late answer; what may be accepted counts from now on."""
        wanted = sa.select(AttemptEvent).where(AttemptEvent.attempt_id == self.sheet.id, AttemptEvent.kind == "late").order_by(AttemptEvent.id)
        with self.hall.app.app_context():
            late = list(db.session.scalars(wanted))
        for one in late:
            assert one.position is not None
            if self.tries(partial(accept_late, self.trainer(), self.sheet.id, [one.id], "Mất mạng cả xã")):
                self.sheet.cells[one.position].write(one.answer, one.client, one.client_number or 0)

    @precondition(lambda self: self.sheets)
    @rule(position=POSITIONS, index=st.integers(0, 3), is_dropped=st.booleans())
    def correct_a_key(self, position: int, index: int, is_dropped: bool) -> None:
        """Another option of a question on the paper becomes the right one, or the question is dropped; a second trainer confirms."""
        self.tries(lambda: self.correct(position, index, is_dropped))

    def correct(self, position: int, index: int, is_dropped: bool) -> None:
        """Propose and confirm."""
        version_id = next(item.question_version_id for item in items_of([self.sheet.id]) if item.position == position)
        held = question_for(self.trainer(), db.session.get_one(QuestionVersion, version_id).question_id)
        assert held is not None
        raw = KINDS[held.version.kind].written(held.version.body)
        if "options" not in raw:
            raw["answer"] = not raw["answer"]
        for number, option in enumerate(raw.get("options", ())):
            option["correct"] = number == index % len(raw["options"])
        wish = corrected(held, "drop" if is_dropped else "key", raw)
        fix_id = propose_fix(self.trainer(), held, wish, "Đáp án sai")
        confirm_fix(trainer(self.hall.world, "dung"), fix_id, dry_run(wish.bodies).digest)

    # What always holds

    @invariant()
    def the_database_holds_what_was_acknowledged(self) -> None:
        """Exactly the model's answers, in every attempt."""
        with self.hall.app.app_context():
            for sheet in self.sheets:
                stored = {item.position: item.answer for item in items_of([sheet.id])}
                assert stored == {position: cell.answer for position, cell in sheet.cells.items()}

    @invariant()
    def the_score_is_the_marks_of_the_answers(self) -> None:
        """Closed attempts carry the sum of the marks, the pass by it, and a grade that says the same; open ones none."""
        with self.hall.app.app_context():
            attempts = db.session.scalars(sa.select(Attempt).where(Attempt.person_id == self.hall.world.people["an"]).order_by(Attempt.id)).all()
            assert [attempt.id for attempt in attempts] == [sheet.id for sheet in self.sheets]
            assert len(attempts) <= RULED_ATTEMPTS + self.extra_attempts
            for attempt, sheet in zip(attempts, self.sheets, strict=True):
                assert (attempt.state == "open") == sheet.is_open, (attempt.state, sheet)
                if attempt.state == "open":
                    continue
                points = 100 * sum(is_right(item, sheet.cells[item.position].answer) for item in items_of([attempt.id]))
                last = db.session.scalars(sa.select(Grade).where(Grade.attempt_id == attempt.id).order_by(Grade.id.desc())).first()
                assert last is not None and attempt.points == points == last.points
                assert attempt.is_passed == last.is_passed == (points * 100 >= 80 * 100 * QUESTIONS)


def is_right(item: SavedItem, answer: list[str] | None) -> bool:
    """Whether the answer is worth the question's points: read off the key, not asked of the product's marking."""
    return item.is_dropped or answer == [one["key"] for one in item.body["options"] if one["correct"]]


@pytest.fixture
def open_hall(built: tuple[Copies, cast.World], folder: Path, time: FakeClock) -> Callable[[], AbstractContextManager[Hall]]:
    """Opens the hall of a fresh exam day."""

    class Opened:
        def __enter__(self) -> Hall:
            self.copy = built[0].copy()
            self.app = make_app(self.copy.__enter__(), folder)
            return Hall(self.app, built[1], time)

        def __exit__(self, *error: Any) -> None:
            with self.app.app_context():
                db.session.remove()
                db.engine.dispose()
            self.copy.__exit__(None, None, None)

    return Opened


def test_an_exam_day_at_random_loses_nothing_and_tells_nothing_early(open_hall: Any) -> None:
    class Day(ExamDay):
        pass

    Day.open_hall = staticmethod(open_hall)
    phases = [hypothesis.Phase.explicit, hypothesis.Phase.generate]  # a day is short enough to be read as it was found
    checks = list(hypothesis.HealthCheck)
    settings = hypothesis.settings(max_examples=10, stateful_step_count=40, deadline=None, suppress_health_check=checks, phases=phases)
    run_state_machine_as_test(Day, settings=settings)
