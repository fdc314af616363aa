"""When a step of a course opens for a learner: after another step, from a day, after a score. Pure data, no database."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from lms.base import clock, in_language
from lms.base import gettext as _


def lock_of(step: Any, before: Sequence[Any], closed: str = "") -> str:
    """Why a step may not be opened yet and when it opens, in a sentence; "" when it is open.

    before: the steps that stand before it. closed: why the whole course cannot be begun yet. What was read, passed or tried, and what is being sat,
    is never locked: a new revision takes away nothing that the learner had. A condition on a step that the course does not have before this one, or
    on a quiz of which nothing is recorded (practice), could never be met and is no condition.
    """
    if step.is_done or step.open_id:
        return ""
    release = step.release or {}
    waits = (_after(release, before), _from(release), _score(release, before))
    return closed or " ".join(sentence for sentence in waits if sentence)


def waits_for_quizzes(steps: Iterable[Any]) -> bool:
    """Whether the attempts of the learner must be known to say which of these steps are locked."""
    return any("after" in step.release or "score" in step.release for step in steps if step.release)


def wanted_scores(steps: Iterable[Any]) -> dict[str, int]:
    """Key of a quiz -> the highest score in percent for which a step of the course waits."""
    scores = [step.release["score"] for step in steps if step.release and "score" in step.release]
    return {score["quiz"]: max(one["percent"] for one in scores if one["quiz"] == score["quiz"]) for score in scores}


def _after(release: dict[str, Any], before: Sequence[Any]) -> str:
    found = next((one for one in before if one.key == release.get("after") and not one.is_practice), None)
    if found is None or found.is_done:
        return ""
    title = in_language(found.title)
    if found.is_waiting:
        return _("Mở khi giảng viên chấm xong “%(title)s” và Anh/Chị đạt.", title=title)
    if found.kind == "lesson":
        return _("Mở sau khi Anh/Chị học xong “%(title)s”.", title=title)
    return _("Mở sau khi Anh/Chị đạt “%(title)s”.", title=title) if found.counts else _("Mở sau khi Anh/Chị làm “%(title)s”.", title=title)


def _from(release: dict[str, Any]) -> str:
    day = date.fromisoformat(release["from"]) if "from" in release else None
    return _("Mở từ ngày %(day)s.", day=f"{day:%d/%m/%Y}") if day and clock.today() < day else ""


def _score(release: dict[str, Any], before: Sequence[Any]) -> str:
    wanted = release.get("score", {})
    found = next((one for one in before if one.kind == "quiz" and one.key == wanted.get("quiz") and not one.is_practice), None)
    if found is None or (found.standing.percent or 0) >= wanted["percent"]:
        return ""
    opens = _("Mở khi Anh/Chị đạt từ %(percent)s%% ở “%(title)s”.", percent=wanted["percent"], title=in_language(found.title))
    return f"{opens} {_('Đã hết lượt làm bài; Anh/Chị báo người quản lý đơn vị.')}" if is_out_of_reach(release, before) else opens


def is_out_of_reach(release: dict[str, Any], before: Sequence[Any]) -> bool:
    """Whether the score that a step waits for was missed for good: the quiz can no longer be sat."""
    wanted = release.get("score", {})
    found = next((one for one in before if one.kind == "quiz" and one.key == wanted.get("quiz") and not one.is_practice), None)
    return found is not None and found.is_settled_for_good and (found.standing.percent or 0) < wanted["percent"]
