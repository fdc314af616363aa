"""Commands of the operator."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from .sheet import top_agencies, tree_sheet


@click.command("export")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@with_appcontext
def export_command(file: Path) -> None:
    """Write the whole tree of today into FILE (.xlsx), ready to be changed and read back."""
    file.write_bytes(tree_sheet(top_agencies()))
    click.echo(f"Đã ghi cây đơn vị vào {file}.")


COMMANDS = (export_command,)
