"""Whether a person may know the key of a question already: answers are changed or accepted only as long as they may not."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from .models import Attempt, AttemptItem, QuestionVersion


def is_explained_elsewhere(attempt: Any, item: Any = None, until: Any = None) -> sa.ColumnElement[bool]:
    """The condition that another attempt of the person explains a question of this one: its answers may then be known.

    attempt: the row of the statement. item: only the question of this item; until: only what was explained by this instant.
    """
    other, others, shown = aliased(Attempt), aliased(AttemptItem), aliased(QuestionVersion)
    own, own_version = (item or aliased(AttemptItem)), aliased(QuestionVersion)
    found = sa.select(other.id).select_from(other).join(others, others.attempt_id == other.id)
    found = found.join(shown, shown.id == others.question_version_id).join(own_version, own_version.question_id == shown.question_id)
    found = found.where(other.person_id == attempt.person_id, other.id != attempt.id, other.reviewed_at.is_not(None))
    if until is not None:
        found = found.where(other.reviewed_at <= until)
    if item is not None:
        return found.where(own_version.id == own.question_version_id).correlate_except(other, others, shown, own_version).exists()
    found = found.join(own, own.question_version_id == own_version.id).where(own.attempt_id == attempt.id)
    return found.correlate_except(other, others, shown, own_version, own).exists()
