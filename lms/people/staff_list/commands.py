"""`flask people import`: a staff list from the operator's command line, without a worker."""

from datetime import datetime
from pathlib import Path

import click
import sqlalchemy as sa
from flask.cli import with_appcontext

from lms.agencies import AgencyWithin, agency_by_code, agency_tree, holds_on
from lms.base import ADMINISTRATOR, Refused, clock, commit, db, only_reading

from ..models import RoleHeld
from .compare import compare_lines, mark_doubles
from .importing import refuse_file
from .lines import Line, Scope, in_parts
from .models import StaffImport
from .places import Places
from .queries import verdict_words
from .taking import Sent, Taken, take_list
from .tasks import keep_lines, remembered_columns, settle_applied

MOST_TOLD = 50


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--agency", "code", required=True, help="Mã đơn vị: người trong danh sách thuộc đơn vị này hoặc đơn vị trực thuộc.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d", "%d/%m/%Y"]), help="Ngày có hiệu lực; không ghi thì là hôm nay.")
@click.option("--yes", is_flag=True, help="Ghi thật. Không có thì chỉ xem trước.")
@with_appcontext
def import_command(file: Path, code: str, on: datetime | None, yes: bool) -> None:
    """Show what the staff list FILE would change; with --yes, take it in."""
    scope = Scope(on.date() if on else clock.today(), None)
    agency_id = agency_by_code(code)
    if agency_id is None:
        raise SystemExit(f"Không có đơn vị nào mã {code}.")
    try:
        with only_reading():
            taken = _previewed(file, agency_id, scope)
        _tell(taken.lines)
        if not any(line.is_effective for line in taken.lines):
            click.echo("Không có gì để ghi.")
        elif yes:
            _take_in(file, agency_id, scope, taken)
        else:
            click.echo("Chưa ghi gì. Thêm --yes để ghi.")
    except Refused as refused:
        raise SystemExit(refused.sentence) from None


def _previewed(file: Path, agency_id: int, scope: Scope) -> Taken:
    content = file.read_bytes()
    refuse_file(file.name, content)
    branches = agency_tree([agency_id], scope.on)
    if not branches:
        raise SystemExit(f"Đơn vị này không hoạt động vào ngày {scope.on:%d/%m/%Y}.")
    taken = take_list(Sent(file.name, content, remembered_columns(agency_id), None, None), Places(branches, {}))
    for part in in_parts(taken.lines):
        compare_lines(part, scope)
    mark_doubles(taken.lines)
    return taken


def _tell(lines: list[Line]) -> None:
    for verdict, word in verdict_words().items():
        if number := sum(line.verdict == verdict for line in lines):
            click.echo(f"{word}: {number}")
    waiting = [line for line in lines if line.verdict == "error" or (line.verdict == "unsure" and not line.is_chosen)]
    for line in waiting[:MOST_TOLD]:
        why = " ".join([*(f"[{cell}] {said}" if cell else said for cell, _title, said in line.faults), line.values["why"]])
        click.echo(f"  dòng {line.line} {line.name}: {why.strip()}")
    if len(waiting) > MOST_TOLD:
        click.echo(f"  … và {len(waiting) - MOST_TOLD} dòng khác.")


def _take_in(file: Path, agency_id: int, scope: Scope, taken: Taken) -> None:
    """Keep the list as one that an administrator of the agency sent, so that it can be undone on the site."""
    sender = _administrator_of(agency_id)
    if sender is None:
        raise SystemExit("Đơn vị này chưa có ai quản trị. Anh/Chị giao vai trò trước: flask people grant.")
    facts = {"agency_id": agency_id, "sent_by_id": sender, "file_name": file.name[-200:], "effective_on": scope.on}
    one = StaffImport(**facts, state="applying", percent=0, created_at=clock.now(), found={"turn": 1, "part": 0})
    db.session.add(one)
    db.session.flush()
    keep_lines(one, taken)
    settle_applied(None, one, scope)
    commit()
    applied = (one.found or {})["applied"]
    click.echo(f"Đã ghi: {applied['new']} người mới, {applied['changed']} người thay đổi, {applied['moved']} người chuyển đến.")


def _administrator_of(agency_id: int) -> int | None:
    """Who administers the agency today: whoever is nearest above it."""
    near = sa.and_(AgencyWithin.ancestor_id == RoleHeld.agency_id, AgencyWithin.agency_id == agency_id, holds_on(AgencyWithin, clock.today()))
    held = sa.select(RoleHeld.person_id).join(AgencyWithin, near).where(RoleHeld.role == ADMINISTRATOR, holds_on(RoleHeld, clock.today()))
    return db.session.scalar(held.order_by(AgencyWithin.depth, RoleHeld.id).limit(1))
