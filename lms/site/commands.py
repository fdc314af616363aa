"""Commands of the operator."""

import click
from flask import current_app
from flask.cli import with_appcontext

from lms.base import policy

from .queries import audit_is_whole
from .serving import database_refusal, serve, work_alone


@click.command("serve")
@with_appcontext
def serve_command() -> None:
    """Start the server and the worker on this machine."""
    serve(current_app._get_current_object())  # type: ignore[attr-defined]


@click.command("work")
@with_appcontext
def work_command() -> None:
    """Carry out jobs until told to stop (beside a server of several processes)."""
    work_alone(current_app._get_current_object())  # type: ignore[attr-defined]


@click.command("doors")
@with_appcontext
def doors_command() -> None:
    """Print the access policy: METHOD path door, a line a route."""
    for line in policy(current_app._get_current_object()):  # type: ignore[attr-defined]
        click.echo(line)


@click.command("check-start")
@with_appcontext
def check_start_command() -> None:
    """Say whether this installation may be served (for servers other than `flask serve`)."""
    refusal = database_refusal(current_app._get_current_object())  # type: ignore[attr-defined]
    if refusal:
        raise SystemExit(refusal)
    click.echo("Được phép chạy.")


@click.group("site")
def site_group() -> None:
    """Look after the site: the audit trail."""


@site_group.command("audit-check")
@with_appcontext
def audit_check_command() -> None:
    """Walk the chain of the audit trail and name the first row that is not as it was written; exit status 1 then."""
    is_whole, number = audit_is_whole()
    if not is_whole:
        raise SystemExit(f"Nhật ký bị thay đổi ở dòng {number}.")
    click.echo(f"Nhật ký nguyên vẹn: {number} dòng.")


COMMANDS = (serve_command, work_command, doors_command, check_start_command, site_group)
