"""Real databases for the tests: an SQLite file, or a temporary PostgreSQL; a fresh copy of the world for every test."""

import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

MISSING = "PostgreSQL is missing: install Debian's package `postgresql` (as root, `make test` does it), then run the tests again."


def postgres_folder() -> Path:
    """The folder of initdb and pg_ctl, newest version first."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]), reverse=True)
    if not found:
        pytest.exit(MISSING, returncode=3)
    return found[0].parent


@contextmanager
def postgres() -> Iterator[str]:
    """A PostgreSQL of our own for as long as needed; gives the address without a database name."""
    binaries, folder = postgres_folder(), Path(tempfile.mkdtemp(prefix="lmspg", dir="/tmp"))
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_user:
        shutil.chown(folder, "postgres", "postgres")

    def run(*command: str) -> None:
        subprocess.run([*as_user, *command], check=True, cwd=folder, stdout=subprocess.DEVNULL)

    data = str(folder / "data")
    run(str(binaries / "initdb"), "-D", data, "-A", "trust", "-U", "lms", "--locale=C.UTF-8", "-E", "UTF8", "--no-sync")
    options = f"-k {folder} -c listen_addresses='' -c fsync=off -c full_page_writes=off -c max_connections=120"
    run(str(binaries / "pg_ctl"), "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")
    try:
        yield f"postgresql+psycopg://lms@/%s?host={folder}"
    finally:
        run(str(binaries / "pg_ctl"), "-D", data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder, ignore_errors=True)


class SqliteCopies:
    """Copies of one SQLite file."""

    kind = "sqlite"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.template = folder / "world.sqlite3"

    def prepare(self, fill: Callable[[str], None]) -> None:
        """Let `fill(address)` make the world once."""
        fill(f"sqlite:///{self.template}")

    @contextmanager
    def copy(self) -> Iterator[str]:
        """The address of a fresh copy."""
        path = self.folder / f"{uuid.uuid4().hex}.sqlite3"
        shutil.copyfile(self.template, path)
        yield f"sqlite:///{path}"
        for leftover in self.folder.glob(f"{path.name}*"):
            leftover.unlink()


class PostgresCopies:
    """Databases made from one template database."""

    kind = "postgresql"

    def __init__(self, address: str) -> None:
        self.address = address
        self.admin = (address % "postgres").replace("+psycopg", "")

    def _say(self, command: str) -> None:
        with psycopg.connect(self.admin, autocommit=True) as connection:
            connection.execute(command.encode())

    def prepare(self, fill: Callable[[str], None]) -> None:
        """Let `fill(address)` make the world once."""
        self._say("CREATE DATABASE world")
        fill(self.address % "world")

    @contextmanager
    def copy(self) -> Iterator[str]:
        """The address of a fresh copy."""
        name = f"t{uuid.uuid4().hex}"
        self._say(f"CREATE DATABASE {name} TEMPLATE world STRATEGY file_copy")
        yield self.address % name
        self._say(f"DROP DATABASE {name} WITH (FORCE)")


Copies = SqliteCopies | PostgresCopies
