"""Reading for statistics: grouped counts in whole numbers, a fixed number of statements however many attempts there are."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from lms.base import clock, db

from ..kinds import KINDS
from ..models import Attempt, AttemptEvent, AttemptItem, Question, QuestionVersion
from ..points import UNIT
from ..reach import HeldQuiz
from ..sameness import shown_alike
from . import formulas
from .answers import Told, told_answers
from .leaks import Leak, Period, leak_of

FEWEST = 10  # people; of fewer nothing is told, and of a question nothing for fewer answers
RECENT = timedelta(days=7)
LONGEST_PAUSE = 600  # seconds between two lines of the timeline that still count as working
MOST_ANSWERS = 300  # different answers to a question that are looked at
EASY_PERCENT, HARD_PERCENT = 95, 20
WORKED = ("save", "lock")


@dataclass(frozen=True)
class QuestionFigures:
    """A question in numbers. Percentages are floats for display, never stored; None: it cannot be told.

    answers: papers on which it stood. seconds: the mean time of those `timed` papers whose timeline shows it: from the line before to the
    saving of this answer, pauses over ten minutes left out; reading again without saving is not seen. signs: easy, hard, negative, leak.
    """

    question_id: int
    key: str
    text: str
    is_retired: bool
    answers: int
    facility: float | None = None
    deviation: float | None = None
    guess: int = 0
    discrimination: float | None = None
    efficiency: float | None = None
    seconds: float | None = None
    timed: int = 0
    leak: Leak | None = None
    unanswered: int = 0
    told: list[Told] = field(default_factory=list)

    @property
    def signs(self) -> list[str]:
        """What a trainer should look at."""
        signs = {
            "easy": self.facility is not None and self.facility >= EASY_PERCENT,
            "hard": self.facility is not None and self.facility <= max(HARD_PERCENT, self.guess),
            "negative": self.discrimination is not None and self.discrimination < 0,
            "leak": self.leak is not None,
        }
        return [sign for sign, holds in signs.items() if holds]


@dataclass(frozen=True)
class QuizFigures:
    """A quiz in numbers. mean, deviation and error in percent of the maximum; others: attempts at papers of another length, left out."""

    people: int
    attempts: int
    others: int = 0
    length: int = 0
    passed: int = 0
    mean: float | None = None
    deviation: float | None = None
    alpha: float | None = None
    error: float | None = None
    error_share: float | None = None
    questions: list[QuestionFigures] = field(default_factory=list)

    @property
    def is_enough(self) -> bool:
        """Whether there are so many people that nothing is told about a single one."""
        return self.people >= FEWEST


@dataclass
class _Counts:
    """What was counted of a question: the grid of all and of the newest, and the time (seconds, papers) before and now."""

    before: dict[tuple[int, int], int] = field(default_factory=dict)
    now: dict[tuple[int, int], int] = field(default_factory=dict)
    time_before: tuple[int, int] = (0, 0)
    time_now: tuple[int, int] = (0, 0)

    def grid(self) -> dict[tuple[int, int], int]:
        cells = dict(self.before)
        for cell, count in self.now.items():
            cells[cell] = cells.get(cell, 0) + count
        return cells

    def period(self, cells: dict[tuple[int, int], int], time: tuple[int, int]) -> Period:
        return Period(sum(cells.values()), sum(count for (x, _y), count in cells.items() if x == UNIT), *time)


def statistics_of(held: HeldQuiz, which: str) -> QuizFigures:
    """The statistics of a quiz in the viewer's reach, over the first attempts of each cycle or all of them (which: first, all).

    They are those of everybody who sat it, wherever they work: no person can be told from them. Attempts that wait for a marker are left out.
    Only papers of the most frequent length are counted, so that all maxima are the same and all sums exact.
    """
    counted = [Attempt.quiz_id == held.quiz.id, Attempt.points.is_not(None), *([Attempt.number == 1] if which == "first" else [])]
    rows = _lengths(counted)
    if not rows:
        return QuizFigures(0, 0)
    main = max(rows, key=lambda row: (row.n, row.max_points))
    others = sum(row.n for row in rows) - main.n
    if main.people < FEWEST:
        return QuizFigures(main.people, main.n, others)
    counted.append(Attempt.max_points == main.max_points)
    counts, sums = _grids(counted), formulas.Sums(main.n, int(main.x), int(main.xx), 0, 0, 0)
    _read_times(counted, counts)
    alpha = formulas.alpha(main.max_points // UNIT, (formulas.sums_of(one.grid()) for one in counts.values()), sums)
    spread = formulas.deviation(main.n, sums.x, sums.xx)
    deviation = None if spread is None else 100 * spread / main.max_points
    return QuizFigures(
        people=main.people,
        attempts=main.n,
        others=others,
        length=main.max_points // UNIT,
        passed=int(main.passed),
        mean=100 * sums.x / (main.n * main.max_points),
        deviation=deviation,
        alpha=alpha,
        error=formulas.error_of_measurement(deviation, alpha),
        error_share=formulas.error_share(alpha),
        questions=_figures(counted, {question_id: one for (question_id, is_dropped), one in counts.items() if not is_dropped}),
    )


def _lengths(counted: list[Any]) -> list[Any]:
    columns = (
        Attempt.max_points,
        sa.func.count().label("n"),
        sa.func.count(sa.distinct(Attempt.person_id)).label("people"),
        sa.func.sum(Attempt.points).label("x"),
        sa.func.sum(Attempt.points * Attempt.points).label("xx"),
        sa.func.sum(sa.case((Attempt.is_passed.is_(True), 1), else_=0)).label("passed"),
    )
    return list(db.session.execute(sa.select(*columns).where(*counted).group_by(Attempt.max_points)))


def _is_recent() -> Any:
    return sa.case((Attempt.started_at >= clock.now() - RECENT, 1), else_=0)


def _grids(counted: list[Any]) -> dict[tuple[int, bool], _Counts]:
    """(question, is dropped) -> its grids; one statement. A dropped question has all points for all: it counts in alpha and is not shown."""
    rest, recent = (Attempt.points - AttemptItem.points).label("rest"), _is_recent().label("recent")
    columns = (QuestionVersion.question_id, AttemptItem.is_dropped, recent, AttemptItem.points, rest)
    cells = (
        sa.select(*columns)
        .join(Attempt, Attempt.id == AttemptItem.attempt_id)
        .join(QuestionVersion, QuestionVersion.id == AttemptItem.question_version_id)
        .where(*counted, AttemptItem.points.is_not(None))
        .subquery()
    )
    found: dict[tuple[int, bool], _Counts] = defaultdict(_Counts)
    rows: list[Any] = list(db.session.execute(sa.select(*cells.c, sa.func.count()).group_by(*cells.c)))
    for question_id, is_dropped, is_recent, x, y, n in rows:
        one = found[question_id, bool(is_dropped)]
        (one.now if is_recent else one.before)[x, y] = n
    return found


def _read_times(counted: list[Any], counts: dict[tuple[int, bool], _Counts]) -> None:
    """The time up to each saving, as the timeline shows it, added up by question; one statement."""
    second = sa.cast(sa.extract("epoch", AttemptEvent.at), sa.BigInteger)
    lines = sa.select(
        AttemptEvent.attempt_id,
        AttemptEvent.position,
        AttemptEvent.kind,
        _is_recent().label("recent"),
        (second - sa.func.lag(second).over(partition_by=AttemptEvent.attempt_id, order_by=AttemptEvent.id)).label("gap"),
    )
    line = lines.join(Attempt, Attempt.id == AttemptEvent.attempt_id).where(*counted).subquery()
    is_item = sa.and_(AttemptItem.attempt_id == line.c.attempt_id, AttemptItem.position == line.c.position)
    columns = (QuestionVersion.question_id, AttemptItem.is_dropped, line.c.recent)
    summed = (
        sa.select(*columns, sa.func.sum(line.c.gap), sa.func.count(sa.distinct(line.c.attempt_id)))
        .select_from(line)
        .join(AttemptItem, is_item)
        .join(QuestionVersion, QuestionVersion.id == AttemptItem.question_version_id)
        .where(line.c.kind.in_(WORKED), line.c.gap.between(0, LONGEST_PAUSE))
        .group_by(*columns)
    )
    for question_id, is_dropped, is_recent, seconds, papers in db.session.execute(summed):
        one = counts[question_id, bool(is_dropped)]
        if is_recent:
            one.time_now = int(seconds), papers
        else:
            one.time_before = int(seconds), papers


def _figures(counted: list[Any], counts: dict[int, _Counts]) -> list[QuestionFigures]:
    versions: dict[int, list[tuple[Question, QuestionVersion]]] = defaultdict(list)
    wanted = sa.select(Question, QuestionVersion).join(QuestionVersion, QuestionVersion.question_id == Question.id)
    for question, version in db.session.execute(wanted.where(Question.id.in_(list(counts))).order_by(Question.key, QuestionVersion.number)):
        versions[question.id].append((question, version))
    answers = _answers(counted)
    return [_question(versions[question_id], counts[question_id], answers) for question_id in versions]


def _answers(counted: list[Any]) -> dict[int, list[tuple[list[str] | None, int]]]:
    """Version -> (answer, how many gave it), the most frequent first; one statement. What a person marks is not listed."""
    told = [name for name, kind in KINDS.items() if not kind.needs_marker]
    amount = sa.func.count().label("n")
    rank = sa.func.row_number().over(partition_by=AttemptItem.question_version_id, order_by=amount.desc()).label("rank")
    grouped = (
        sa.select(AttemptItem.question_version_id, AttemptItem.answer, amount, rank)
        .join(Attempt, Attempt.id == AttemptItem.attempt_id)
        .join(QuestionVersion, QuestionVersion.id == AttemptItem.question_version_id)
        .where(*counted, AttemptItem.is_dropped.is_(False), QuestionVersion.kind.in_(told))
        .group_by(AttemptItem.question_version_id, AttemptItem.answer)
        .subquery()
    )
    found: dict[int, list[tuple[list[str] | None, int]]] = defaultdict(list)
    for version_id, answer, n, _rank in db.session.execute(sa.select(grouped).where(grouped.c.rank <= MOST_ANSWERS)):
        found[version_id].append((answer, n))
    return found


def _question(
    versions: list[tuple[Question, QuestionVersion]], counts: _Counts, answers: dict[int, list[tuple[list[str] | None, int]]]
) -> QuestionFigures:
    question = versions[0][0]
    current = next(version for _question, version in versions if version.number == question.version_number)
    kind, grid = KINDS[current.kind], counts.grid()
    sums = formulas.sums_of(grid)
    text = kind.deliver(current.body, kind.keys(current.body)).get("text", "") or current.body.get("text", "")
    named = (question.id, question.key, text.striptags() if hasattr(text, "striptags") else str(text), question.state == "retired", sums.n)
    if sums.n < FEWEST:
        return QuestionFigures(*named)
    alike = shown_alike((version for _question, version in versions), current)
    given = [one for version in alike for one in answers.get(version.id, ())]
    seconds, timed = (one + other for one, other in zip(counts.time_before, counts.time_now, strict=True))
    spread = formulas.deviation(sums.n, sums.x, sums.xx)
    return QuestionFigures(
        *named,
        facility=formulas.facility(sums, UNIT),
        deviation=None if spread is None else 100 * spread / UNIT,
        guess=kind.guess(current.body),
        discrimination=formulas.discrimination(sums),
        efficiency=formulas.efficiency(grid),
        seconds=seconds / timed if timed >= FEWEST else None,
        timed=timed,
        leak=leak_of(counts.period(counts.before, counts.time_before), counts.period(counts.now, counts.time_now)),
        unanswered=sum(n for answer, n in given if answer is None),
        told=told_answers(kind, current.body, given),
    )
