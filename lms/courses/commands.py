"""Commands about course folders and trainers: flask courses check | diff | load | export | add-trainer."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from lms.base import Refused, commit
from lms.people import person_named

from .actions import add_trainer
from .differences import differences
from .exporting import export_folder
from .loading import check_folders, load_folders
from .queries import course_by_key, owner_agency

FOLDER = click.argument("path", type=click.Path(path_type=Path))


@click.command("check")
@FOLDER
@with_appcontext
def check_command(path: Path) -> None:
    """Say what is wrong with a course folder, or with the course folders in PATH: `file:line: sentence`."""
    problems = check_folders(path)
    for problem in problems:
        click.echo(str(problem))
    if problems:
        raise SystemExit(1)
    click.echo("Không có lỗi.")


@click.command("diff")
@FOLDER
@with_appcontext
def diff_command(path: Path) -> None:
    """Show what loading a course folder, or the course folders in PATH, would change. Writes nothing."""
    try:
        lines = differences(path)
    except Refused as refused:
        click.echo(refused.sentence)
        raise SystemExit(1) from None
    for line in lines:
        click.echo(line)


@click.command("load")
@FOLDER
@click.option("--agency", "code", help="Code of the agency that owns new courses; the root of the tree when left out.")
@with_appcontext
def load_command(path: Path, code: str | None) -> None:
    """Load a course folder, or the course folders in PATH: all or nothing, and only what changed."""
    try:
        lines = load_folders(None, path, owner_agency(code))
    except Refused as refused:
        click.echo(refused.sentence)
        raise SystemExit(1) from None
    commit()
    for line in lines:
        click.echo(line)


@click.command("export")
@click.argument("key")
@FOLDER
@with_appcontext
def export_command(key: str, path: Path) -> None:
    """Write the published course KEY as a folder into PATH."""
    try:
        target = export_folder(key, path)
    except Refused as refused:
        click.echo(refused.sentence)
        raise SystemExit(1) from None
    click.echo(str(target))


@click.command("add-trainer")
@click.argument("key")
@click.argument("username")
@click.option("--part", type=click.Choice(["owner", "author", "reviewer"]), default="author", help="A reviewer reads but does not change.")
@with_appcontext
def add_trainer_command(key: str, username: str, part: str) -> None:
    """Let USERNAME (or a staff code) look after the course KEY; the role of trainer is granted by `flask people grant`."""
    course_id, person_id = course_by_key(key), person_named(username)
    if course_id is None or person_id is None:
        raise SystemExit(f"Không có khóa học {key} hoặc tài khoản {username}.")
    add_trainer(None, course_id, person_id, part)
    commit()
    click.echo(f"{username}: {part}, khóa học {key}.")


COMMANDS = (check_command, diff_command, load_command, export_command, add_trainer_command)
