"""The one read of this room."""

import sqlalchemy as sa

from lms.base import db


def database_answers() -> bool:
    """Whether the database carries out the smallest of statements."""
    try:
        return db.session.scalar(sa.text("select 1")) == 1
    except sa.exc.SQLAlchemyError:
        db.session.rollback()
        return False
