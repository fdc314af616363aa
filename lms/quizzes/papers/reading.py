"""Printed papers that a trainer may work with, and what stands on their sheets."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.agencies import Agency
from lms.base import TRAINER, db

from ..kind import Kind
from ..kinds import KINDS
from ..models import Attempt, Bank, PaperVariant, PrintedPaper, QuestionVersion, Quiz, QuizVersion
from ..reach import attempts_in_reach, banks_in_reach


@dataclass(frozen=True)
class HeldPaper:
    """A printed paper in reach, with its quiz, the rules it was drawn by, its agency, and how many of it were keyed in."""

    paper: PrintedPaper
    quiz: Quiz
    version: QuizVersion
    agency_name: str
    keyed: int


@dataclass(frozen=True)
class SheetItem:
    """A question of a variant: its number, how it is printed, and what is needed to read what was written (kind, body, order)."""

    number: int
    version_id: int
    kind: Kind
    body: dict[str, Any]
    order: list[str]

    @property
    def template(self) -> str:
        """The template that prints it; it reads only `question`."""
        return self.kind.print_template

    @property
    def question(self) -> dict[str, Any]:
        """What stands on paper: never a key."""
        return self.kind.printed(self.body, self.order)

    @property
    def key(self) -> str:
        """What the answer key says."""
        return self.kind.key_said(self.body, self.order)


@dataclass(frozen=True)
class Sheet:
    """A variant (mã đề) with its questions."""

    variant: PaperVariant
    items: list[SheetItem]


def _held(viewer: Any) -> sa.Select[Any]:
    keyed = sa.select(sa.func.count(Attempt.id)).join(PaperVariant, PaperVariant.id == Attempt.paper_variant_id)
    keyed_here = keyed.where(PaperVariant.printed_paper_id == PrintedPaper.id).correlate(PrintedPaper).scalar_subquery()
    joined = (
        sa.select(PrintedPaper, Quiz, QuizVersion, Agency.name, keyed_here)
        .join(QuizVersion, QuizVersion.id == PrintedPaper.quiz_version_id)
        .join(Quiz, Quiz.id == QuizVersion.quiz_id)
        .join(Bank, Bank.id == Quiz.bank_id)
        .join(Agency, Agency.id == PrintedPaper.agency_id)
    )
    return joined.where(banks_in_reach(viewer), PrintedPaper.agency_id.in_(viewer.reach(TRAINER)))


def papers_of(viewer: Any, quiz_id: int) -> list[HeldPaper]:
    """The printed papers of a quiz at agencies in reach, the newest first."""
    rows = db.session.execute(_held(viewer).where(Quiz.id == quiz_id).order_by(PrintedPaper.id.desc()).limit(100))
    return [HeldPaper(*row) for row in rows]


def paper_for(viewer: Any, paper_id: int) -> HeldPaper | None:
    """A printed paper in reach."""
    row = db.session.execute(_held(viewer).where(PrintedPaper.id == paper_id)).first()
    return HeldPaper(*row) if row else None


def keyed_papers(viewer: Any, paper_id: int) -> list[Any]:
    """(attempt, mã đề) of the people in reach whose papers were keyed in, the newest first; at most 500."""
    wanted = sa.select(Attempt, PaperVariant.code).join(PaperVariant, PaperVariant.id == Attempt.paper_variant_id)
    wanted = wanted.where(PaperVariant.printed_paper_id == paper_id, attempts_in_reach(viewer))
    return list(db.session.execute(wanted.order_by(Attempt.id.desc()).limit(500)))


def sheets_of(paper_id: int) -> Sequence[Sheet]:
    """The variants of a printed paper, by code, in two statements."""
    variants = db.session.scalars(sa.select(PaperVariant).where(PaperVariant.printed_paper_id == paper_id).order_by(PaperVariant.code)).all()
    ids = {item["version"] for variant in variants for item in variant.items}
    versions = {one.id: one for one in db.session.scalars(sa.select(QuestionVersion).where(QuestionVersion.id.in_(ids)))}
    return [Sheet(variant, [_item(number, one, versions) for number, one in enumerate(variant.items, 1)]) for variant in variants]


def _item(number: int, item: dict[str, Any], versions: dict[int, QuestionVersion]) -> SheetItem:
    version = versions[item["version"]]
    return SheetItem(number, version.id, KINDS[version.kind], version.body, item["order"])
