"""The course folder M in a place where a test may spoil it."""

import shutil
from pathlib import Path

import pytest

from tests.cast import COURSES


class Spoilt:
    """A copy of the course folder M, and how a test changes it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def replace(self, name: str, old: str, new: str) -> None:
        """Replace a text that is there."""
        file = self.path / name
        text = file.read_text("utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), "utf-8")

    def write(self, name: str, content: str | bytes) -> None:
        """Write a whole file."""
        (self.path / name).write_bytes(content.encode() if isinstance(content, str) else content)


@pytest.fixture
def folder_m(tmp_path: Path) -> Spoilt:
    """A copy of the course folder M."""
    return Spoilt(Path(shutil.copytree(COURSES / "M", tmp_path / "M")))
