"""The versions of a question, where it is used, and what differs between two versions, word by word."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

import sqlalchemy as sa

from lms.base import db
from lms.base import gettext as _
from lms.people import Person

from .bank_reading import topics_of
from .draw import Candidate, fits
from .drawing import above_of
from .kinds import KINDS
from .models import AttemptItem, QuestionVersion, Quiz, QuizVersion
from .reach import HeldQuestion
from .rules import uses_of
from .writable import PickField, RowsField

Piece = tuple[str, str]  # ("same" | "ins" | "del", text)


@dataclass(frozen=True)
class Version:
    """A version, who made it, and on how many papers it stands."""

    number: int
    kind: str
    made_at: Any
    made_by: str
    note: str | None
    papers: int


@dataclass(frozen=True)
class Use:
    """A quiz that has the question: fixed, or among those that it may draw."""

    quiz_id: int
    title: dict[str, Any]
    is_fixed: bool


@dataclass(frozen=True)
class Change:
    """One entry of the question in both versions, in pieces; is_changed: whether they differ."""

    name: str
    pieces: list[Piece]
    is_changed: bool


def versions_of(question_id: int) -> list[Version]:
    """All versions, the newest first, in one statement."""
    papers = sa.select(sa.func.count()).where(AttemptItem.question_version_id == QuestionVersion.id).scalar_subquery()
    columns = (QuestionVersion.number, QuestionVersion.kind, QuestionVersion.made_at, Person.full_name, QuestionVersion.note, papers)
    found = sa.select(*columns).outerjoin(Person, Person.id == QuestionVersion.made_by_id).where(QuestionVersion.question_id == question_id)
    rows = db.session.execute(found.order_by(QuestionVersion.number.desc()))
    return [Version(row[0], row[1], row[2], row[3] or "", row[4], row[5]) for row in rows]


def two_versions(question_id: int, older: int, newer: int) -> tuple[QuestionVersion, QuestionVersion] | None:
    """These two versions of the question; None when one of them is not there."""
    found = sa.select(QuestionVersion).where(QuestionVersion.question_id == question_id, QuestionVersion.number.in_((older, newer)))
    rows = {row.number: row for row in db.session.scalars(found)}
    return (rows[older], rows[newer]) if older in rows and newer in rows else None


def uses_of_question(held: HeldQuestion) -> list[Use]:
    """The quizzes of the bank that have the question fixed or may draw it, by their current rules."""
    question, topics = held.question, topics_of(held.bank.id)
    keys = {topic.id: topic.key for topic in topics}
    above = above_of({topic.key: keys.get(topic.parent_id) if topic.parent_id else None for topic in topics})
    topic_key = keys[question.topic_id]
    beside: dict[str, Any] = {"key": question.key, "kind": held.version.kind, "tags": tuple(question.tags), "above": above[topic_key]}
    candidate = Candidate(question.id, topic_key, question.difficulty, question.is_scenario, **beside)
    is_current = sa.and_(QuizVersion.quiz_id == Quiz.id, QuizVersion.number == Quiz.version_number)
    rows = db.session.scalars(sa.select(QuizVersion).join(Quiz, is_current).where(Quiz.bank_id == held.bank.id).order_by(Quiz.id))
    usable = [row for row in rows if question.use in uses_of(row.behaviour) and any(fits(candidate, line) for line in row.blueprint)]
    return [Use(row.quiz_id, row.title, any(line.get("question") == question.key for line in row.blueprint)) for row in usable]


def changes_between(older: QuestionVersion, newer: QuestionVersion) -> list[Change]:
    """Entry by entry in the order of the form, what both versions say; one that only one of them has is all new or all gone."""
    before, after = dict(_entries(older)), dict(_entries(newer))
    names = [*after, *(name for name in before if name not in after)]
    told = []
    for name in names:
        pieces = words_changed(before.get(name, ""), after.get(name, ""))
        told.append(Change(name, pieces, any(what != "same" for what, _text in pieces)))
    return told


def words_changed(old: str, new: str) -> list[Piece]:
    """The new text with what was put in and what was taken out, word by word."""
    before, after = (re.findall(r"\s+|[^\s]+", text) for text in (old, new))
    pieces: list[Piece] = []
    for what, a, b, c, d in SequenceMatcher(None, before, after).get_opcodes():
        if what == "equal":
            pieces.append(("same", "".join(before[a:b])))
            continue
        gone, come = "".join(before[a:b]), "".join(after[c:d])
        pieces += [("del", gone)] * bool(gone) + [("ins", come)] * bool(come)
    return pieces


def _entries(version: QuestionVersion) -> Iterator[tuple[str, str]]:
    """(name for people, text) of everything that the version says."""
    kind = KINDS[version.kind]
    yield _("Dạng câu hỏi"), kind.called()
    raw, seen = kind.in_form(kind.written(version.body)), set()
    for field in kind.form:
        seen.add(field.name)
        if isinstance(field, RowsField):
            for number, row in enumerate(raw.get(field.name) or [], 1):
                for column in field.columns:
                    if row.get(column.name) is not None:
                        yield f"{_(field.label)} {number}: {_(column.label)}", _said(column, row)
        elif raw.get(field.name) is not None:
            yield _(field.label), _said(field, raw)
    for name, value in raw.items():
        if name not in seen:
            yield from _plain(name, value)


def _said(field: Any, raw: Any) -> str:
    shown = field.shown(raw)
    if isinstance(field, PickField):
        return _(field.words[shown].label) if shown >= 0 else ""
    return _("có") if shown is True else "" if shown is False else str(shown)


def _plain(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """Entries of a kind without a form, by the names under which they are written."""
    if isinstance(value, dict):
        for inner, one in value.items():
            yield from _plain(f"{name}.{inner}", one)
    elif isinstance(value, list):
        for number, one in enumerate(value, 1):
            yield from _plain(f"{name} {number}", one)
    else:
        yield name, str(value)
