"""What the tests of the trainers' bank pages share: the bank of the course M, forms as they were served, and questions that are typed."""

from typing import Any

import sqlalchemy as sa
from flask import Flask

from lms.base import commit, db
from lms.quizzes import Bank, Question, QuestionVersion, Topic
from tests.pages import Page

NASTY = "<script>alert(1)</script>\"'>&<b onclick=x>"


def bank_id(app: Flask, key: str = "M") -> int:
    """The id of a bank."""
    with app.app_context():
        return db.session.scalars(sa.select(Bank.id).where(Bank.key == key)).one()


def topic_id(app: Flask, key: str = "mat-khau") -> int:
    """The id of a topic."""
    with app.app_context():
        return db.session.scalars(sa.select(Topic.id).where(Topic.key == key)).one()


def question_id(app: Flask, key: str = "m01-01") -> int:
    """The id of a question."""
    with app.app_context():
        return db.session.scalars(sa.select(Question.id).where(Question.key == key)).one()


def stored(app: Flask, question_id: int) -> tuple[Question, list[QuestionVersion]]:
    """A question and its versions, the first one first."""
    with app.app_context():
        versions = sa.select(QuestionVersion).where(QuestionVersion.question_id == question_id).order_by(QuestionVersion.number)
        return db.session.get_one(Question, question_id), list(db.session.scalars(versions))


def newest(app: Flask) -> int:
    """The id of the question that was written last."""
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.max(Question.id))) or 0


def carry_out(app: Flask, act: Any) -> Any:
    """Do it in a transaction of its own."""
    with app.app_context():
        value = act()
        commit()
        return value


def typed(page: Page, **changes: Any) -> dict[str, Any]:
    """What the form of the editor holds as it was served, with some fields typed anew (`_` in names stands for `-`)."""
    form = next(form for form in page.all("form") if form.get("data-editor") is not None)
    fields: dict[str, Any] = {}
    for field in form.iter("input"):
        name = field.get("name") or ""
        if name and name != "_key" and (field.get("type") not in ("radio", "checkbox") or field.get("checked") is not None):
            fields[name] = field.get("value", "")
    fields |= {area.get("name", ""): (area.text or "").removeprefix("\n") for area in form.iter("textarea")}
    for select in form.iter("select"):
        options = list(select.iter("option"))
        chosen = next((option for option in options if option.get("selected") is not None), options[0])
        fields[select.get("name", "")] = chosen.get("value", "")
    return fields | changes


def choice(text: str, right: int = 1, options: int = 4, why: str = "Vì {n} như thế.") -> dict[str, str]:
    """The fields of a question with one right option."""
    fields = {"f-text": text, "f-options-correct": str(right)}
    for n in range(1, options + 1):
        fields |= {f"f-options-{n}-text": f"Phương án {n} của {text}", f"f-options-{n}-why": why.format(n=n)}
    return fields
