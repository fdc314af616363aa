"""Keying in papers: a line for each person, checked before anything is saved, and saved all or none.

Answers are one string: a sign for each question ("ABDC-A"), or, where an answer takes more than one sign, the answers with a semicolon between
them ("A; 12,5; BC; -"). A hyphen is no answer. What was printed is what is marked: by the version of the question that stands on the paper, or
by its corrected key where a correction was confirmed since.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa

from lms.base import TRAINER, Refused, clock, db, insert_once, nfc
from lms.base import gettext as _
from lms.people import Person, identity_on_day, people_in_reach
from lms.site import record

from ..allowances import extra_attempts
from ..closing import new_codes
from ..events import add_event
from ..key_fixes import Correction, corrections_of
from ..kind import KindError
from ..models import Attempt, AttemptItem, Grade, PaperVariant, PrintedPaper
from ..placing import place_attempts
from ..points import UNIT, has_passed, in_questions
from .reading import HeldPaper, Sheet, SheetItem

MOST_LINES = 20
Answers = list[list[str] | None]


@dataclass(frozen=True)
class Line:
    """What was typed for one paper."""

    staff_code: str
    variant: str
    answers: str

    @property
    def is_blank(self) -> bool:
        """Nothing was typed."""
        return not (self.staff_code or self.variant or self.answers)


@dataclass(frozen=True)
class Checked:
    """A line with what it means: whose it is, how many questions are answered; `fault`: why it cannot be saved."""

    line: Line
    person_id: int = 0
    name: str = ""
    sheet: Sheet | None = None
    answers: Answers = field(default_factory=list)
    fault: str = ""

    @property
    def answered(self) -> int:
        """How many questions have an answer."""
        return sum(answer is not None for answer in self.answers)

    @property
    def total(self) -> int:
        """How many questions stand on the paper."""
        return len(self.answers)


def check_lines(viewer: Any, held: HeldPaper, sheets: Sequence[Sheet], lines: Sequence[Line]) -> list[Checked]:
    """Each line with what it means; a blank one means nothing and has no fault. Only people whom the viewer trains are found."""
    people = _people(viewer, lines)
    first = _results(held, [person.id for person in people.values()])
    checked: list[Checked] = []
    for line in lines[:MOST_LINES]:
        one = Checked(line) if line.is_blank else _check(line, people, {sheet.variant.code: sheet for sheet in sheets})
        if one.person_id and not one.fault:
            twice = any(other.person_id == one.person_id for other in checked)
            fault = _("Mã cán bộ này đã có ở dòng trên.") if twice else first.get(one.person_id, "")
            one = replace(one, fault=fault)
        checked.append(one)
    return checked


def _people(viewer: Any, lines: Sequence[Line]) -> dict[str, Any]:
    codes = {_tidy(line.staff_code) for line in lines if line.staff_code}
    wanted = sa.select(Person.id, Person.full_name, Person.staff_code).where(Person.staff_code.in_(codes))
    return {row.staff_code: row for row in db.session.execute(wanted.where(Person.id.in_(people_in_reach(viewer, TRAINER))))} if codes else {}


def _tidy(code: str) -> str:
    return "".join(nfc(code).upper().split())


def _results(held: HeldPaper, person_ids: Sequence[int]) -> dict[int, str]:
    """Whoever has a result of this printed paper already, and what it is."""
    wanted = sa.select(Attempt.person_id, Attempt.points, Attempt.max_points, PaperVariant.code)
    wanted = wanted.join(PaperVariant, PaperVariant.id == Attempt.paper_variant_id).where(PaperVariant.printed_paper_id == held.paper.id)
    rows = db.session.execute(wanted.where(Attempt.person_id.in_(person_ids))) if person_ids else ()
    said = _("Đã nhập bài của người này: mã đề %(code)s, %(points)s/%(total)s câu.")
    return {row.person_id: said % {"code": row.code, "points": in_questions(row.points or 0), "total": row.max_points // UNIT} for row in rows}


def _check(line: Line, people: dict[str, Any], sheets: dict[str, Sheet]) -> Checked:
    person, sheet = people.get(_tidy(line.staff_code)), sheets.get("".join(line.variant.split()))
    if person is None:
        return Checked(line, fault=_("Không có mã cán bộ này trong phạm vi của Anh/Chị."))
    found = Checked(line, person.id, person.full_name, sheet)
    if sheet is None:
        return replace(found, fault=_("Không có mã đề này. Các mã đề: %(codes)s.", codes=", ".join(sorted(sheets))))
    try:
        return replace(found, answers=read_answers(line.answers, sheet.items))
    except KindError as error:
        return replace(found, fault=error.sentence)


def read_answers(typed: str, items: Sequence[SheetItem]) -> Answers:
    """The answers that a string means; KindError, with the number of the question, when it cannot be read."""
    parts = [part.strip() for part in nfc(typed).split(";")] if ";" in typed else list("".join(nfc(typed).split()))
    if len(parts) != len(items):
        said = {"total": len(items), "n": len(parts)}
        raise KindError(_("Đề có %(total)s câu, dòng này có %(n)s câu. Câu nào nhiều ký tự thì ngăn các câu bằng dấu chấm phẩy.", **said))
    answers: Answers = []
    for item, part in zip(items, parts, strict=True):
        try:
            answers.append(item.kind.read_keyed(item.body, item.order, part))
        except KindError as error:
            raise KindError(_("Câu %(n)s: %(fault)s", n=item.number, fault=error.sentence)) from None
    return answers


def key_in(actor: Any, held: HeldPaper, sheets: Sequence[Sheet], lines: Sequence[Line]) -> list[Attempt]:
    """Save these papers as closed attempts, all of them or none; the attempts in the order of the lines.

    Refused when any line has a fault (check_lines says which). A person's number of attempts holds, with what was given beyond it; the window
    and the waiting time do not: the paper was sat elsewhere. Typists of one printed paper wait for one another.
    """
    db.session.execute(sa.select(PrintedPaper.id).where(PrintedPaper.id == held.paper.id).with_for_update())
    checked = [one for one in check_lines(actor, held, sheets, lines) if not one.line.is_blank]
    if not checked:
        raise Refused(_("Anh/Chị nhập ít nhất một bài."))
    if any(one.fault for one in checked):
        raise Refused(_("Có dòng chưa đúng nên chưa lưu dòng nào. Anh/Chị sửa các dòng được ghi chú."))
    fixed = corrections_of({item.version_id for sheet in sheets for item in sheet.items})
    attempts = [_save(actor, held, one, fixed) for one in checked]
    place_attempts(attempts)
    return attempts


def _save(actor: Any, held: HeldPaper, one: Checked, fixed: dict[int, Correction]) -> Attempt:
    if one.sheet is None:
        raise Refused(_("Có dòng chưa đúng nên chưa lưu dòng nào. Anh/Chị sửa các dòng được ghi chú."))
    items = [_item(item, answer, fixed) for item, answer in zip(one.sheet.items, one.answers, strict=True)]
    points, max_points, now = sum(item["points"] for item in items), UNIT * len(items), clock.now()
    result = {"points": points, "max_points": max_points, "is_passed": has_passed(points, max_points, held.version.pass_percent)}
    attempt = _insert(held, one, {**result, "started_at": now, "closed_at": now})
    db.session.execute(sa.insert(AttemptItem), [{**item, "attempt_id": attempt.id, "saved_at": now} for item in items])
    grade = {"attempt_id": attempt.id, "at": now, "actor_id": actor.person_id, "reason": "paper", **result}
    db.session.execute(sa.insert(Grade).values(**grade))
    details = {"paper": held.paper.title, "variant": one.sheet.variant.code}
    add_event(attempt.id, "submit", actor_id=actor.person_id, details=details)
    record(actor, "key-in", "attempt", attempt.id, agency_id=attempt.agency_id, points=points, of=max_points)
    return attempt


def _item(item: SheetItem, answer: list[str] | None, fixed: dict[int, Correction]) -> dict[str, Any]:
    by = fixed.get(item.version_id, Correction(item.version_id, item.body))
    points = UNIT if by.body is None else 0
    if by.body is not None and answer:
        points = item.kind.mark(by.body, answer, UNIT, item.order) or 0
    return {
        "position": item.number,
        "question_version_id": item.version_id,
        "option_order": item.order,
        "max_points": UNIT,
        "answer": answer,
        "version": 1,
        "points": points,
        "marked_by_version_id": by.version_id if by.version_id != item.version_id else None,
        "is_dropped": by.body is None,
    }


def _insert(held: HeldPaper, one: Checked, result: dict[str, Any]) -> Attempt:
    """The closed attempt, with the next number of the person's newest cycle. Refused when none is left or one is under way."""
    own = sa.select(Attempt.cycle, Attempt.number, Attempt.state).where(Attempt.person_id == one.person_id, Attempt.quiz_id == held.quiz.id)
    earlier = db.session.execute(own).all()
    cycle = max((row.cycle for row in earlier), default=1)
    number = 1 + max((row.number for row in earlier if row.cycle == cycle), default=0)
    if any(row.state == "open" for row in earlier):
        raise Refused(_("%(name)s đang làm bài này trên máy. Anh/Chị nhập bài giấy sau khi bài đó nộp xong.", name=one.name))
    allowed = held.version.attempts
    if allowed is not None and number > allowed + extra_attempts(one.person_id, held.quiz.id, cycle):
        raise Refused(_("%(name)s đã dùng hết số lượt làm bài này. Muốn nhập thêm, Anh/Chị cho người đó thêm lượt.", name=one.name))
    who, code = identity_on_day(one.person_id), new_codes(1)[0]
    named = {"person_id": one.person_id, "person_name": who.full_name, "agency_id": who.agency_id, "agency_name": who.agency_name}
    of = {"quiz_id": held.quiz.id, "quiz_version_id": held.version.id, "cycle": cycle, "number": number, "paper_variant_id": _variant(one)}
    closed = {"state": "submitted", "seed": "", "waiting_items": 0, "receipt_code": code, "deadline_at": None, "reviewed_at": None}
    if not insert_once(Attempt, **named, **of, **closed, **result):
        raise Refused(_("Hệ thống đang bận. Anh/Chị đợi vài giây rồi bấm lại."))
    return db.session.scalars(sa.select(Attempt).where(Attempt.receipt_code == code)).one()


def _variant(one: Checked) -> int | None:
    return one.sheet.variant.id if one.sheet else None
