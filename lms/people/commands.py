"""Commands of the operator."""

import click
from flask.cli import with_appcontext

from lms.base import commit

from .accounts import SLIP_LIFE, issue_slip, restore_account
from .passwords import hash_password, new_slip_password
from .queries import person_named


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


COMMANDS = (reset_command,)
