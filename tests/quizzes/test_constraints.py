"""The database itself refuses impossible marks and rules, whatever the code does."""

import pytest
import sqlalchemy as sa

from lms.base import db

from .face.sitting import Sitter, as_fields

pytestmark = pytest.mark.every_case

COPY = "INSERT INTO grade (attempt_id, at, reason, is_passed, points, max_points) SELECT attempt_id, at, reason, is_passed, "


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE attempt SET points = max_points + 1",
        "UPDATE attempt SET points = -1",
        "UPDATE attempt SET max_points = 0, points = 0",
        "UPDATE attempt SET max_points = -5, points = -5",
        "UPDATE attempt SET points = NULL",
        "UPDATE attempt SET state = 'open'",
        "UPDATE attempt SET state = 'open', points = NULL",
        "UPDATE attempt SET state = 'passed'",
        "UPDATE attempt_item SET points = max_points + 1",
        "UPDATE attempt_item SET points = -1",
        "UPDATE attempt_item SET max_points = 0, points = 0",
        "UPDATE attempt_item SET position = 1",
        "UPDATE quiz_version SET pass_percent = 101",
        "UPDATE quiz_version SET minutes = 0",
        "UPDATE quiz_version SET attempts = 0",
        COPY + "max_points + 1, max_points FROM grade",
        COPY + "-1, max_points FROM grade",
        COPY + "0, 0 FROM grade",
    ],
)
def test_impossible_marks_and_rules_cannot_be_stored(an_sits: Sitter, statement: str) -> None:
    attempt_id = an_sits.start()
    an_sits.submit(attempt_id, *as_fields(an_sits.right_answers(attempt_id)))
    with pytest.raises(sa.exc.IntegrityError):
        an_sits.carry_out(lambda: db.session.execute(sa.text(statement)))
