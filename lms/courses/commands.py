"""Commands about course folders: flask courses check | load | export."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from lms.base import Refused, commit

from .exporting import export_folder
from .loading import check_folders, load_folders
from .queries import owner_agency

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


COMMANDS = (check_command, load_command, export_command)
