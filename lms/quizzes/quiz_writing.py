"""Writing the rules of a quiz: from a course folder and from a page. Unchanged rules make no new version; versions never change."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.base import Refused, clock, db, insert_once, nfc
from lms.base import gettext as _
from lms.site import record

from .digests import digest_of
from .models import Bank, Quiz, QuizVersion
from .rules import OF_VERSION

AS_BEFORE = ("title", "minutes", "attempts", "pass_percent", "counts", "blueprint")  # always part of the digest
DEFAULTS: dict[str, Any] = {
    "behaviour": "deferred",
    "grace_seconds": 30,
    "per_page": None,
    "takes": "best",
    "wait_minutes": None,
    "review_after": "answers",
    "review_later": "answers",
    "review_closed": "answers",
    "levels": [],
}


@dataclass(frozen=True)
class LoadedQuiz:
    """What loading a quiz of a folder did. is_kept: it was edited on the site, so that version stays; the folder has another."""

    version_id: int
    has_changed: bool
    is_kept: bool


def columns_of(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a version, from a quiz as written (and checked)."""
    review = raw.get("review") or {}
    said = {name: raw.get(name, default) for name, default in DEFAULTS.items() if not name.startswith("review_")}
    said |= {f"review_{when}": review.get(when, "answers") for when in ("after", "later", "closed")}
    levels = [{**level, "title": _composed(level["title"])} for level in said["levels"]]
    return {
        "title": _composed(raw["title"]),
        "minutes": raw.get("minutes"),
        "attempts": raw.get("attempts"),
        "pass_percent": raw["pass_percent"],
        "counts": raw.get("counts", True),
        "blueprint": [{name: value for name, value in line.items() if not name.startswith("_")} for line in raw["blueprint"]],
        **said,
        "levels": levels,
    }


def _composed(title: Mapping[str, str]) -> dict[str, str]:
    return {language: nfc(text).strip() for language, text in title.items()}


def rules_digest(columns: Mapping[str, Any]) -> str:
    """The digest of rules. What is as everybody has it leaves no trace, so that a rule that comes later changes no older quiz."""
    changed = {name: columns[name] for name, default in DEFAULTS.items() if columns[name] != default}
    return digest_of({**{name: columns[name] for name in AS_BEFORE}, **changed})


def written_quiz(version: QuizVersion) -> dict[str, Any]:
    """A version as a course folder writes it, without its key: what is as everybody has it is left out."""
    written: dict[str, Any] = {name: getattr(version, name) for name in AS_BEFORE if name != "blueprint"}
    for name, default in DEFAULTS.items():
        if getattr(version, name) != default and not name.startswith("review_"):
            written[name] = getattr(version, name)
    review = {when: getattr(version, f"review_{when}") for when in ("after", "later", "closed")}
    if changed := {when: level for when, level in review.items() if level != "answers"}:
        written["review"] = changed
    return {**written, "blueprint": version.blueprint}


def load_quiz(actor: Any, bank_id: int, raw: Mapping[str, Any]) -> LoadedQuiz:
    """Make a quiz equal to the (checked) one of the folder. One that was edited on the site is left alone unless the folder says the same."""
    insert_once(Quiz, bank_id=bank_id, key=raw["key"], version_number=0)
    quiz = db.session.scalars(sa.select(Quiz).where(Quiz.bank_id == bank_id, Quiz.key == raw["key"]).with_for_update(key_share=True)).one()
    columns = columns_of(raw)
    current = _current(quiz)
    if current is not None and current.digest == rules_digest(columns):
        if quiz.is_edited:
            quiz.is_edited = False
        return LoadedQuiz(current.id, has_changed=False, is_kept=False)
    if current is not None and quiz.is_edited:
        return LoadedQuiz(current.id, has_changed=False, is_kept=True)
    return LoadedQuiz(_add_version(actor, quiz, columns).id, has_changed=True, is_kept=False)


def _current(quiz: Quiz) -> QuizVersion | None:
    found = sa.select(QuizVersion).where(QuizVersion.quiz_id == quiz.id, QuizVersion.number == quiz.version_number)
    return db.session.scalar(found)


def _add_version(actor: Any, quiz: Quiz, columns: Mapping[str, Any]) -> QuizVersion:
    quiz.version_number += 1
    made = {"made_at": clock.now(), "made_by_id": getattr(actor, "person_id", None)}
    said = {name: columns[name] for name in OF_VERSION}
    version = QuizVersion(quiz_id=quiz.id, number=quiz.version_number, digest=rules_digest(columns), **made, **said)
    db.session.add(version)
    db.session.flush()
    return version


def save_quiz(actor: Any, quiz: Quiz, agency_id: int, raw: Mapping[str, Any], seen_version: int) -> QuizVersion:
    """Keep the (checked) rules that a trainer wrote as a new version; unchanged rules leave the current one.

    seen_version: the number that the page began with; Refused when somebody has saved since. agency_id: of the bank.
    """
    own = sa.select(Quiz).where(Quiz.id == quiz.id).with_for_update(key_share=True)
    held = db.session.scalars(own.execution_options(populate_existing=True)).one()
    columns = columns_of(raw)
    current = _current(held)
    if current is not None and current.digest == rules_digest(columns):
        return current
    if held.version_number != seen_version:
        raise Refused(_("Có người vừa lưu quy định của bài này sau khi Anh/Chị mở trang. Anh/Chị đối chiếu hai bản dưới đây rồi lưu lại."))
    held.is_edited = True
    version = _add_version(actor, held, columns)
    record(actor, "edit", "quiz", held.id, agency_id=agency_id, key=held.key, number=version.number)
    return version


def add_quiz(actor: Any, bank: Bank, raw: Mapping[str, Any]) -> Quiz:
    """A new quiz of a bank, with (checked) rules. Refused when the bank has one of that key."""
    if not insert_once(Quiz, bank_id=bank.id, key=raw["key"], version_number=0, is_edited=True):
        raise Refused(_("Ngân hàng đã có bài kiểm tra mang mã này."), "key")
    quiz = db.session.scalars(sa.select(Quiz).where(Quiz.bank_id == bank.id, Quiz.key == raw["key"])).one()
    _add_version(actor, quiz, columns_of(raw))
    record(actor, "add", "quiz", quiz.id, agency_id=bank.agency_id, key=quiz.key)
    return quiz
