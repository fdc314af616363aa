"""What a correction would change: marks, who would pass or fail, and what follows from it elsewhere. Writes nothing."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.base import clock, db, effects_on, sort_key

from ..digests import digest_of
from ..kinds import KINDS
from ..models import Attempt, AttemptItem, KeyFix, QuestionVersion
from ..points import in_questions
from ..reach import attempts_in_reach
from ..regrading import Regraded, regrade
from ..sameness import keyed_as

PORTION = 500
MOST_NAMED = 200

Bodies = Mapping[int, dict[str, Any] | None]


@dataclass(frozen=True)
class DryRun:
    """papers: closed attempts with the question, open_papers: those under way, marked right when they close. changed: whose result changes."""

    papers: int
    open_papers: int
    changed: list[Regraded]

    @property
    def passing(self) -> list[int]:
        """The attempts that would be passed and are not."""
        return [one.attempt_id for one in self.changed if one.is_passed and not one.is_passed_before]

    @property
    def failing(self) -> list[int]:
        """The attempts that are passed and would not be."""
        return [one.attempt_id for one in self.changed if one.is_passed_before and not one.is_passed]

    @property
    def distribution(self) -> list[tuple[str, int]]:
        """(change of the marks in questions, in how many attempts), the largest loss first."""
        steps = Counter(one.points - one.points_before for one in self.changed if one.points is not None and one.points_before is not None)
        return [(("+" if step > 0 else "−") + in_questions(abs(step)), count) for step, count in sorted(steps.items()) if step]

    @property
    def digest(self) -> str:
        """What was seen: the same only where nothing has changed since."""
        return digest_of([self.papers, self.open_papers, [[one.attempt_id, one.points_before, one.points] for one in self.changed]])

    def counted(self) -> dict[str, Any]:
        """As it is kept with the correction: numbers, and the ids of the attempts that flip; no name."""
        numbers = {"papers": self.papers, "open": self.open_papers, "changed": len(self.changed), "distribution": self.distribution}
        return {**numbers, "passing": self.passing, "failing": self.failing}


@dataclass(frozen=True)
class Named:
    """Whose attempts flip: people in the viewer's reach by name (at most 200), the others as a number; and what follows for the former."""

    people: list[tuple[str, str]]
    more: int
    others: int
    follows: list[str]


def bodies_for(versions: Iterable[QuestionVersion], current: QuestionVersion, body: dict[str, Any] | None) -> Bodies:
    """Version -> the body that would mark it, for every version that was shown with the words of the current one; None: it would be dropped."""
    alike = [(one, keyed_as(one.kind, body or current.body, one.body)) for one in versions if one.kind == current.kind]
    return {one.id: keyed if body is not None else None for one, keyed in alike if keyed is not None}


def versions_of(question_id: int) -> Sequence[QuestionVersion]:
    """All versions of a question, the oldest first."""
    return db.session.scalars(sa.select(QuestionVersion).where(QuestionVersion.question_id == question_id).order_by(QuestionVersion.number)).all()


def touched(bodies: Bodies) -> tuple[int, int, list[int]]:
    """(closed attempts with these versions, open ones, the closed ones whose points of the question would be others), in one statement."""
    item = (AttemptItem.attempt_id, AttemptItem.answer, AttemptItem.option_order, AttemptItem.points, AttemptItem.max_points, AttemptItem.is_dropped)
    columns = (*item, AttemptItem.question_version_id, QuestionVersion.kind, Attempt.state)
    found = sa.select(*columns).join(Attempt, Attempt.id == AttemptItem.attempt_id)
    found = found.join(QuestionVersion, QuestionVersion.id == AttemptItem.question_version_id)
    rows = db.session.execute(found.where(AttemptItem.question_version_id.in_(list(bodies))).order_by(AttemptItem.attempt_id)).all()
    closed = [row for row in rows if row.state != "open"]
    return len(closed), len(rows) - len(closed), [row.attempt_id for row in closed if _points(row, bodies) != row.points]


def _points(row: Any, bodies: Bodies) -> int | None:
    body = bodies[row.question_version_id]
    if body is None or row.is_dropped:
        points: int | None = row.max_points
        return points
    return 0 if row.answer is None else KINDS[row.kind].mark(body, row.answer, row.max_points, row.option_order)


def dry_run(bodies: Bodies) -> DryRun:
    """What marking by these bodies would change."""
    papers, open_papers, ids = touched(bodies)
    instead = {version_id: body for version_id, body in bodies.items() if body is not None}
    dropped = [version_id for version_id, body in bodies.items() if body is None]
    return DryRun(papers, open_papers, regrade(None, ids, "regraded", is_dry=True, instead=instead, dropped=dropped))


def dry_run_of(fix: KeyFix) -> DryRun:
    """What a proposed correction would change now."""
    return dry_run(bodies_of(fix))


def bodies_of(fix: KeyFix) -> Bodies:
    """Version -> the body that marks it by this correction."""
    versions = [one for one in versions_of(fix.question_id) if one.id in fix.version_ids]
    if fix.body is None:
        return {one.id: None for one in versions}
    return {one.id: keyed for one in versions if (keyed := keyed_as(one.kind, fix.body, one.body)) is not None}


def outcome_of(fix: KeyFix) -> list[int]:
    """The attempts that lost their pass by a correction that was carried out: somebody must look at what rests on them."""
    return list(fix.effects.get("failing", ()))


def named(viewer: Any, thing: str, attempt_ids: Sequence[int]) -> Named:
    """Whose attempts these are, and what follows; thing: attempt-passing or attempt-failing."""
    rows: list[Any] = []
    for start in range(0, len(attempt_ids), PORTION):
        wanted = sa.select(Attempt.id, Attempt.person_name, Attempt.agency_name).where(Attempt.id.in_(attempt_ids[start : start + PORTION]))
        rows += db.session.execute(wanted.where(attempts_in_reach(viewer))).all()
    rows.sort(key=lambda row: (sort_key(row.person_name), row.id))
    people = [(row.person_name, row.agency_name) for row in rows[:MOST_NAMED]]
    follows = effects_on(thing, [row.id for row in rows], clock.today())
    return Named(people, len(rows) - len(people), len(attempt_ids) - len(rows), follows)
