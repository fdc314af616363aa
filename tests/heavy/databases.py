"""An empty database of its own for each test with a real server."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.databases import postgres

KINDS = ("sqlite", "postgresql")


@contextmanager
def empty_database(kind: str, folder: Path) -> Iterator[str]:
    """The address of an empty database of this kind; gone afterwards."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'lms.sqlite3'}"
    else:
        with postgres() as address:
            yield address % "postgres"
