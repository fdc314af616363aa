"""Commands of the operator."""

import click
from flask.cli import with_appcontext

from lms.agencies import agency_by_code, open_agency
from lms.base import ADMINISTRATOR, Refused, clock, commit

from .accounts import SLIP_LIFE, issue_slip, restore_account
from .actions import create_person
from .passwords import hash_password, new_slip_password
from .queries import person_named
from .roles import grant_role


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
    restore_account(None, person_id)
    issue_slip(None, person_id, password_hash)
    commit()
    click.echo(f"Mật khẩu mới, dùng trong {SLIP_LIFE.days} ngày và phải đổi khi đăng nhập: {password}")


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


COMMANDS = (reset_command, first_administrator_command, grant_command)
