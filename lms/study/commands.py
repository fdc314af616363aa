"""Commands of the operator: giving a course to an agency until plans do it."""

from datetime import datetime

import click
from flask.cli import with_appcontext

from lms.agencies import agencies_below, agency_by_code
from lms.base import commit
from lms.courses import course_by_key
from lms.people import people_of

from .actions import assign_course


@click.command("assign")
@click.argument("course_key")
@click.argument("agency_code")
@click.argument("due", type=click.DateTime(["%d/%m/%Y", "%Y-%m-%d"]))
@with_appcontext
def assign_command(course_key: str, agency_code: str, due: datetime) -> None:
    """Make COURSE_KEY required of everybody at the agency and below it, until the end of the day DUE."""
    agency_id, course_id = agency_by_code(agency_code), course_by_key(course_key)
    if agency_id is None or course_id is None:
        raise SystemExit(f"Không có khóa học {course_key} hoặc đơn vị {agency_code}.")
    number = assign_course(None, people_of(agencies_below([agency_id])), course_id, due.date())
    commit()
    click.echo(f"Đã giao khóa học {course_key}: thêm {number} người.")


COMMANDS = (assign_command,)
