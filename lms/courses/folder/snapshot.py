"""The files of a course folder, read once into memory: only what belongs there, within limits, nothing outside the folder."""

import re
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from lms.base import Refused
from lms.base import gettext as _

LARGEST_TEXT = 400_000
LARGEST_FILE = 5_000_000
LARGEST_MEDIA = 50_000_000
LARGEST_FOLDER = 200_000_000
MOST_FILES = 500
ENDINGS = {"lessons": (".md",), "questions": (".yml",), "quizzes": (".yml",)}
PARTS = (*ENDINGS, "files")
PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp")
MEDIA = (".mp4", ".webm", ".mp3", ".m4a", ".ogg")
BESIDE_MEDIA = (".vtt", ".txt")
DOWNLOADS = (*PICTURES, ".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp", ".pdf", ".csv", ".zip", *MEDIA, *BESIDE_MEDIA)
LEFT_BY_SYSTEMS = ("Thumbs.db", "desktop.ini")
FILE_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}\.[a-z0-9]{2,4}")


@dataclass(frozen=True)
class Problem:
    """What is wrong at a line of a file, in one sentence."""

    file: str
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.sentence}"


@dataclass
class Snapshot:
    """The contents of a folder by name within it ("lessons/01-a.md"), and what could not be taken.

    key: of the course that the folder must hold by its name; None: whatever course.yml says. until: when patience with it ends (time.monotonic).
    """

    path: Path
    contents: dict[str, bytes] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    key: str | None = None
    until: float | None = None

    def tell(self, name: str, line: int, sentence: str) -> None:
        """Note a problem of one of the files."""
        self.problems.append(Problem(str(self.path / name), line, sentence))

    def names(self, part: str) -> list[str]:
        """The names of the files in a part ("lessons"), in order."""
        return [name for name in self.contents if name.startswith(f"{part}/")]

    def text(self, name: str) -> str | None:
        """A file as text with plain line ends; None (and a problem) when it is not UTF-8."""
        self.refuse_late()
        try:
            text = self.contents[name].decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = self.contents[name].count(b"\n", 0, error.start) + 1
            self.tell(name, line, "không phải UTF-8. Mở tệp bằng trình soạn thảo và lưu lại với bảng mã UTF-8.")
            return None
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def refuse_late(self) -> None:
        """Refused when reading what somebody sent takes longer than it may."""
        if self.until is not None and time.monotonic() > self.until:
            raise Refused(_("Nội dung này quá nặng nên hệ thống dừng đọc. Anh/Chị chia thành nhiều khóa học nhỏ hơn."), "file")

    @property
    def digest(self) -> str:
        """One hash of every name and content."""
        parts = [f"{name} {sha256(content).hexdigest()}" for name, content in self.contents.items()]
        return sha256("\n".join(parts).encode()).hexdigest()


def take_snapshot(path: Path) -> Snapshot:
    """Read what belongs to a course folder. Never raises: what cannot be read is a problem."""
    snapshot = Snapshot(path)
    try:
        root = path.resolve(strict=True)
        snapshot.key = root.name
        for name in ("course.yml", *_names(snapshot)):
            if len(snapshot.contents) >= MOST_FILES:
                snapshot.tell(name, 1, f"thư mục có quá nhiều tệp (tối đa {MOST_FILES}).")
                break
            if sum(map(len, snapshot.contents.values())) > LARGEST_FOLDER:
                snapshot.tell(name, 1, f"thư mục nặng quá {LARGEST_FOLDER // 1_000_000} MB.")
                break
            _take(snapshot, root, name)
    except (OSError, RuntimeError, ValueError) as error:
        snapshot.tell("", 1, f"không đọc được thư mục ({type(error).__name__}).")
    return snapshot


def _names(snapshot: Snapshot) -> Iterator[str]:
    for part in PARTS:
        folder = snapshot.path / part
        if not folder.is_dir():
            continue
        for name in sorted(entry.name for entry in folder.iterdir()):
            if not name.startswith(".") and name not in LEFT_BY_SYSTEMS:
                yield f"{part}/{name}"


def _take(snapshot: Snapshot, root: Path, name: str) -> None:
    part, _slash, base = name.rpartition("/")
    file = snapshot.path / name
    largest = largest_of(name)
    try:
        inside = file.resolve(strict=True).is_relative_to(root)
        facts = file.stat()
    except (OSError, RuntimeError):
        snapshot.tell(name, 1, "không có tệp này." if name == "course.yml" else "không đọc được tệp.")
        return
    if not inside:
        snapshot.tell(name, 1, "là lối tắt trỏ ra ngoài thư mục khóa học. Chép hẳn tệp vào thư mục.")
    elif not stat.S_ISREG(facts.st_mode):
        snapshot.tell(name, 1, "không phải là tệp thường.")
    elif part and not belongs(part, base):
        snapshot.tell(name, 1, why_not(part))
    elif facts.st_size > largest:
        snapshot.tell(name, 1, f"nặng quá {largest // 1000} kB.")
    else:
        _read(snapshot, name, file, largest)


def _read(snapshot: Snapshot, name: str, file: Path, largest: int) -> None:
    try:
        with file.open("rb") as opened:
            content = opened.read(largest + 1)
    except OSError:
        snapshot.tell(name, 1, "không đọc được tệp.")
        return
    if len(content) > largest:
        snapshot.tell(name, 1, f"nặng quá {largest // 1000} kB.")
    else:
        snapshot.contents[name] = content


def largest_of(name: str) -> int:
    """How many octets a file of a course folder may have, by its name within the folder."""
    if not name.startswith("files/"):
        return LARGEST_TEXT
    return LARGEST_MEDIA if name.endswith(MEDIA) else LARGEST_FILE


def belongs(part: str, base: str) -> bool:
    """Whether a file of this name may stand in this part of a course folder."""
    return bool(FILE_NAME.fullmatch(base)) and base.endswith(ENDINGS.get(part, DOWNLOADS))


def why_not(part: str) -> str:
    """What a name in this part must be like."""
    endings = ", ".join(ENDINGS.get(part, DOWNLOADS))
    return f"tên tệp chỉ gồm chữ thường không dấu, số, gạch nối, và đuôi {endings}."
