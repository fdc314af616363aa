"""What a learner does over HTTP, for the tests of the desk: read a course, sit its test, answer rightly or wrongly."""

import json
from typing import Any

import sqlalchemy as sa
from flask import Flask

from lms.base import commit, db
from lms.courses import CourseStep
from lms.quizzes import Quiz, QuizVersion
from tests.cast import World
from tests.pages import Page, Visitor
from tests.quizzes.face.sitting import load

RIGHT = "Đúng"  # in the bank of the tests, the right options begin with this word


def choices(sheet: Page) -> dict[int, list[tuple[str, str]]]:
    """position -> (value, text) of each option on the sitting page."""
    found: dict[int, list[tuple[str, str]]] = {}
    for label in sheet.all("label"):
        for field in label.iter("input"):
            name = field.get("name") or ""
            if name.startswith("answer-"):
                text = " ".join("".join(label.itertext()).split())
                found.setdefault(int(name.removeprefix("answer-")), []).append((field.get("value", ""), text))
    return found


def rightly(sheet: Page) -> dict[int, list[str]]:
    """The right answer of every question."""
    return {position: sorted(value for value, text in options if text.startswith(RIGHT)) for position, options in choices(sheet).items()}


def wrongly(sheet: Page) -> dict[int, list[str]]:
    """A wrong answer of every question."""
    return {position: [next(value for value, text in options if not text.startswith(RIGHT))] for position, options in choices(sheet).items()}


def fields(answers: dict[int, list[str]]) -> dict[str, Any]:
    """The answers as the form of the sitting page sends them."""
    return {f"answer-{position}": values for position, values in answers.items()}


def checked(sheet: Page) -> dict[int, list[str]]:
    """The answers that the sitting page shows as chosen."""
    found: dict[int, list[str]] = {}
    for field in sheet.all("input"):
        name = field.get("name") or ""
        if name.startswith("answer-") and field.get("checked") is not None:
            found.setdefault(int(name.removeprefix("answer-")), []).append(field.get("value", ""))
    return {position: sorted(values) for position, values in found.items()}


def set_rules(app: Flask, **rules: Any) -> None:
    """Give every version of every quiz these rules."""
    with app.app_context():
        db.session.execute(sa.update(QuizVersion).values(**rules))
        commit()


def set_window(app: Flask, **window: Any) -> None:
    """Give every quiz this window."""
    with app.app_context():
        db.session.execute(sa.update(Quiz).values(**window))
        commit()


def put_quiz(app: Flask, world: World, questions: list[dict[str, Any]], **rules: Any) -> None:
    """The final test of the course M is now one that draws from these questions."""
    version_id = load(app, world.agencies["T"], questions, **rules).quiz_versions["thi"]
    with app.app_context():
        db.session.execute(sa.update(CourseStep).where(CourseStep.quiz_version_id.is_not(None)).values(quiz_version_id=version_id))
        commit()


class Learner:
    """A visitor at a course of theirs."""

    def __init__(self, visitor: Visitor, course: int) -> None:
        self.visitor, self.course = visitor, f"/study/courses/{course}"

    def read(self, *keys: str) -> None:
        """Say of these lessons (all of the course M, if none is named) that they were read."""
        for key in keys or ("01-dai", "02-la"):
            self.visitor.post(f"{self.course}/lessons/{key}/read", page=f"{self.course}/lessons/{key}", status=303)

    def start(self) -> str:
        """Begin the test; the address of the attempt."""
        address = f"{self.course}/quizzes/cuoi-khoa"
        answer = self.visitor.post(f"{address}/start", page=address, status=303)
        return str(answer.response.headers["Location"])

    def save(self, attempt: str, position: int, values: list[str], number: int, client: str = "trang0001", seen: int = 0, late: bool = False) -> Page:
        """One numbered save, as the page's script sends it."""
        body = {"position": position, "values": values, "client": client, "number": number, "seen": seen, "late": late}
        key = self.visitor.get("/study/courses").key("/sign-out")
        headers = {"Accept": "application/json", "X-Form-Key": key}
        return self.visitor.knock("POST", f"{attempt}/answers", json=body, headers=headers)

    def saved(self, attempt: str, position: int, values: list[str], number: int, **more: Any) -> dict[str, Any]:
        """The receipt of a save that must be accepted."""
        answer = self.save(attempt, position, values, number, **more)
        assert answer.status == 200, answer.html
        receipt: dict[str, Any] = json.loads(answer.html)
        return receipt

    def submit(self, attempt: str, answers: dict[int, list[str]] | None = None, **more: Any) -> Page:
        """Hand in, being sure of it."""
        data = {**fields(answers or {}), "sure": "1", **more}
        return self.visitor.post(f"{attempt}/submit", data, page=attempt)

    def pass_test(self) -> Page:
        """Sit the test with all answers right; the page of the result."""
        attempt = self.start()
        answer = self.submit(attempt, rightly(self.visitor.get(attempt)))
        return self.visitor.get(str(answer.response.headers["Location"]))

    def fail_test(self) -> Page:
        """Sit the test with all answers wrong; the page of the result."""
        attempt = self.start()
        answer = self.submit(attempt, wrongly(self.visitor.get(attempt)))
        return self.visitor.get(str(answer.response.headers["Location"]))
