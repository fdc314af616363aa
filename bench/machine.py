"""On what was measured."""

import os
import platform
import sqlite3
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.databases import postgres_folder

LIBRARIES = ("flask", "waitress", "sqlalchemy", "psycopg")


def machine() -> dict[str, Any]:
    """Cores, processor, and the versions of what does the work."""
    said = subprocess.run([str(postgres_folder() / "postgres"), "--version"], capture_output=True, text=True, check=True).stdout
    return {
        "cores": os.cpu_count(),
        "processor": _processor(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "postgresql": said.split()[2],
        **{name: version(name) for name in LIBRARIES},
    }


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
