"""Commands of the operator."""

from datetime import datetime
from pathlib import Path

import click
from flask.cli import with_appcontext

from lms.agencies import agency_by_code, column_labels, open_agency, read_tree
from lms.base import ADMINISTRATOR, Refused, clock, commit, read_sheets

from .accounts import SLIP_LIFE, issue_slip, restore_account
from .actions import create_person
from .passwords import hash_password, new_slip_password
from .queries import person_named
from .roles import grant_role
from .staff_list.commands import import_command
from .tree_import import Order, carry_out
from .tree_plan import Plan, plan_tree
from .two_factor import reset_factor


@click.command("reset")
@click.argument("username")
@with_appcontext
def reset_command(username: str) -> None:
    """Issue a new password for USERNAME (or a staff code) and print it once; a suspended account is restored."""
    password = new_slip_password()
    password_hash = hash_password(password)
    person_id = person_named(username)
    if person_id is None:
        raise SystemExit(f"Không có tài khoản nào tên {username}.")
    try:
        restore_account(None, person_id)
        issue_slip(None, person_id, password_hash)
    except Refused as refused:
        raise SystemExit(refused.sentence) from None
    commit()
    click.echo(f"Mật khẩu mới, dùng trong {SLIP_LIFE.days} ngày và phải đổi khi đăng nhập: {password}")


@click.command("reset-second-factor")
@click.argument("username")
@with_appcontext
def reset_second_factor_command(username: str) -> None:
    """Remove the second factor of USERNAME (or a staff code), who has lost telephone and recovery codes; ends their sessions."""
    person_id = person_named(username)
    if person_id is None:
        raise SystemExit(f"Không có tài khoản nào tên {username}.")
    try:
        reset_factor(None, person_id)
    except Refused as refused:
        raise SystemExit(refused.sentence) from None
    commit()
    click.echo(f"Đã tắt xác thực hai lớp của {username}.")


@click.command("first-administrator")
@click.option("--agency", required=True, help="Tên đơn vị cao nhất, ví dụ: UBND tỉnh Bắc Sơn.")
@click.option("--code", default="T", help="Mã ngắn của đơn vị đó.")
@click.option("--name", required=True, help="Họ và tên người quản trị.")
@click.option("--username", required=True, help="Tên đăng nhập của người quản trị.")
@with_appcontext
def first_administrator_command(agency: str, code: str, name: str, username: str) -> None:
    """On an empty site: open the highest agency and create its administrator; prints the password once."""
    password = new_slip_password()
    password_hash = hash_password(password)
    if agency_by_code(code) is not None or person_named(username) is not None:
        raise SystemExit("Đơn vị hoặc tài khoản này đã có. Dùng lệnh reset hoặc grant.")
    try:
        root = open_agency(None, code, "province", agency, None, 1, clock.today())
        person = create_person(None, full_name=name, agency_id=root.id, username=username, password_hash=password_hash)
        grant_role(None, person.id, root.id, ADMINISTRATOR)
    except Refused as refused:
        raise SystemExit(refused.sentence) from None
    commit()
    click.echo(f"Quản trị: {username}. Mật khẩu dùng trong {SLIP_LIFE.days} ngày và phải đổi khi đăng nhập: {password}")


@click.command("grant")
@click.argument("username")
@click.argument("role", type=click.Choice(["trainer", "manager", "administrator"]))
@click.argument("agency_code")
@with_appcontext
def grant_command(username: str, role: str, agency_code: str) -> None:
    """Give USERNAME a role at the agency with this code and all below it, from today."""
    person_id, agency_id = person_named(username), agency_by_code(agency_code)
    if person_id is None or agency_id is None:
        raise SystemExit(f"Không có tài khoản {username} hoặc đơn vị {agency_code}.")
    grant_role(None, person_id, agency_id, role)
    commit()
    click.echo(f"{username}: {role} tại {agency_code}.")


@click.command("import-tree")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Ngày hiệu lực, ví dụ 2025-07-01; mặc định hôm nay.")
@click.option("--decision", default="", help="Số quyết định, cho những dòng chưa ghi.")
@click.option("--yes", is_flag=True, help="Ghi; không có thì chỉ xem trước.")
@with_appcontext
def import_tree_command(file: Path, on: datetime | None, decision: str, yes: bool) -> None:
    """Show what the tree of agencies in FILE (.xlsx, as written by `flask agencies export`) would change; write it with --yes, all or nothing."""
    order = Order(None, on.date() if on else clock.today(), decision)
    try:
        plan = plan_tree(read_tree(read_sheets(file, file.name)), None, order.on, None)
        for sentence in _said_of(plan):
            click.echo(sentence)
        if plan.count("error"):
            raise SystemExit("Tệp còn dòng lỗi: chưa ghi gì.")
        if yes:
            carry_out(None, plan, order)
            commit()
    except Refused as refused:
        raise SystemExit(refused.sentence) from None
    click.echo("Đã ghi." if yes else "Chưa ghi gì. Thêm --yes để ghi.")


def _said_of(plan: Plan) -> list[str]:
    """The plan, a line a row that does anything, and the sums."""
    labels, said = column_labels(), []
    for line in plan.lines:
        what = {
            "error": "; ".join(f"{labels[column]}: {sentence}" for column, sentence in line.faults),
            "changed": "; ".join(f"{labels[change.column]}: {change.before or '-'} -> {change.after or '-'}" for change in line.changes),
            "new": f"mới, thuộc {line.parent_name or 'không có cấp trên'}",
        }.get(line.verdict)
        said += [f"Dòng {line.row.line} {line.row.code} {line.row.name}: {what}"] if what else []
    counts = ("new", "mới"), ("changed", "thay đổi"), ("same", "giữ nguyên"), ("error", "lỗi")
    return [*said, ", ".join(f"{plan.count(verdict)} {word}" for verdict, word in counts) + "."]


COMMANDS = (import_command, import_tree_command, reset_command, reset_second_factor_command, first_administrator_command, grant_command)
