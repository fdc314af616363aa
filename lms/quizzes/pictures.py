"""Pictures of questions: kept by content in the bank, and who may fetch one.

A body holds `picture: {token, name, width, height}`. Nobody fetches a picture by its token alone: it must stand on a paper of theirs.
"""

import secrets
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from lms.base import TRAINER, Refused, db, insert_once, is_shown, picture_size, read_stored, store_file
from lms.base import gettext as _

from .kind import KindError
from .kinds import KINDS
from .models import Attempt, AttemptItem, Bank, BankFile, Question, QuestionVersion
from .reach import banks_in_reach

HEAVIEST = 150_000  # octets
FORMATS = {"png": "PNG", "jpg": "JPEG", "jpeg": "JPEG"}


def _size(name: str, content: bytes) -> tuple[int, int] | None:
    kind = FORMATS.get(name.rpartition(".")[2].lower())
    return picture_size(content, [kind]) if kind else None


def picture_fault(name: str, content: bytes) -> str | None:
    """Why a file cannot be the picture of a question, in one sentence; None: it can."""
    if len(content) > HEAVIEST:
        return _("Hình %(name)s nặng %(n)s kB, tối đa %(most)s kB.", name=name, n=len(content) // 1000, most=HEAVIEST // 1000)
    if _size(name, content) is None:
        return _("%(name)s không phải hình PNG hoặc JPEG đọc được (mỗi cạnh tối đa 4000 điểm).", name=name)
    return None


def _shown_by(raw: Mapping[str, Any]) -> list[str]:
    kind = KINDS.get(raw["kind"]) if isinstance(raw.get("kind"), str) else None
    return kind.pictures(dict(raw)) if kind else []


def _missing(name: str) -> str:
    return _("Không có hình files/%(name)s.", name=name)


def picture_faults(raw: Mapping[str, Any], files: Mapping[str, bytes]) -> list[str]:
    """What is wrong with the pictures of a question of a folder, whose files these are. Asks no database."""
    for name in _shown_by(raw):
        if name not in files:
            return [_missing(name)]
        if fault := picture_fault(name, files[name]):
            return [fault]
        width, height = _size(name, files[name]) or (0, 0)
        try:
            KINDS[raw["kind"]].parse({**raw, "_picture": {"token": "", "name": name, "width": width, "height": height}})
        except KindError as error:
            return [error.sentence]
    return []


def store_picture(bank_id: int, name: str, content: bytes) -> BankFile:
    """Keep the picture in the bank; the same name and content again is the same row. Refused when it is no picture."""
    if fault := picture_fault(name, content):
        raise Refused(fault, "picture")
    width, height = _size(name, content) or (0, 0)
    digest = sha256(content).hexdigest()
    own = {"bank_id": bank_id, "name": name, "digest": digest}
    found = sa.select(BankFile).filter_by(**own)
    if (row := db.session.scalar(found)) is not None:
        return row
    store_file(content)
    insert_once(BankFile, **own, token=secrets.token_urlsafe(16), width=width, height=height, octets=len(content))
    return db.session.scalars(found).one()


def with_pictures(bank_id: int, raw: Mapping[str, Any], files: Mapping[str, bytes] | None = None) -> dict[str, Any]:
    """The question as written with its picture found: in `files`, which are stored, else the newest of that name in the bank.

    To be called before the `parse` of every body that is stored. Refused when there is no such picture.
    """
    written = {name: value for name, value in raw.items() if name != "_picture"}
    for name in _shown_by(raw):
        newest = sa.select(BankFile).where(BankFile.bank_id == bank_id, BankFile.name == name).order_by(BankFile.id.desc()).limit(1)
        row = store_picture(bank_id, name, files[name]) if files and name in files else db.session.scalar(newest)
        if row is None:
            raise Refused(_missing(name), "picture")
        written["_picture"] = {"token": row.token, "name": row.name, "width": row.width, "height": row.height}
    return written


def pictures_of(bank_id: int, bodies: Iterable[Mapping[str, Any]]) -> dict[str, bytes]:
    """name -> content of the pictures that these bodies show, for an export."""
    tokens = {body["picture"]["token"] for body in bodies if isinstance(body.get("picture"), dict)}
    rows = db.session.scalars(sa.select(BankFile).where(BankFile.bank_id == bank_id, BankFile.token.in_(tokens))) if tokens else ()
    return {row.name: read_stored(row.digest) for row in rows}


def _shows(token: str) -> sa.ColumnElement[bool]:
    return QuestionVersion.body["picture"]["token"].as_string() == token


def bank_picture(viewer: Any, token: str, name: str) -> BankFile | None:
    """The picture, if a paper of the viewer's shows it, the bank is one that they may work on, or a page of another room shows it to them."""
    on_paper = (
        sa.select(AttemptItem.id)
        .join(Attempt, Attempt.id == AttemptItem.attempt_id)
        .join(QuestionVersion, QuestionVersion.id == AttemptItem.question_version_id)
        .where(Attempt.person_id == viewer.person_id, _shows(token))
        .exists()
    )
    found = sa.select(BankFile).join(Bank, Bank.id == BankFile.bank_id).where(BankFile.token == token, BankFile.name == name)
    is_own = sa.or_(on_paper, banks_in_reach(viewer)) if viewer.holds(TRAINER) else on_paper
    row = db.session.scalar(found.where(is_own))
    return row or (db.session.scalar(found) if is_shown("bank-file", token) else None)


def practice_banks(token: str) -> sa.Select[int]:
    """The bank in which a current question of lessons or practice (never of a test) shows the picture: their answers are no secret there."""
    is_current = sa.and_(QuestionVersion.question_id == Question.id, QuestionVersion.number == Question.version_number)
    open_ones = sa.select(Question.bank_id).join(QuestionVersion, is_current)
    return open_ones.where(Question.use != "test", Question.state == "published", _shows(token))
