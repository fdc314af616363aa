"""Looking into a .zip of a course in the child process: whether it is sound and small, what stands in it, and the texts themselves.

Loaded alone by `child_start`, so it imports nothing of ours. Nothing is written; a name is only ever a word.
The answers: {"refused": reason, "values": {…}} or {"names": [name in the archive, name in the folder], "texts": {name in the folder: base64}}.
"""

import stat
import unicodedata
import zipfile
import zlib
from base64 import b64encode
from typing import Any

MOST_ENTRIES, MOST_UNPACKED, MOST_TEXT, MOST_RATIO, CARELESS_SIZE = 600, 60_000_000, 3_000_000, 100, 2_000_000
LONGEST_NAME = 200
TEXTS = ("course.yml", "lessons/", "questions/", "quizzes/")
LEFT_BY_SYSTEMS = ("Thumbs.db", "desktop.ini", ".DS_Store")
PIECE = 1 << 16

Answer = dict[str, Any]


class Unsound(Exception):
    """Why the archive is refused: a word, and what the sentence names."""

    def __init__(self, reason: str, **values: object) -> None:
        super().__init__(reason)
        self.reason, self.values = reason, values


def read(path: str) -> Answer:
    """What stands in the archive, or why it is refused."""
    try:
        with zipfile.ZipFile(path) as archive:
            return _read(archive)
    except Unsound as unsound:
        return {"refused": unsound.reason, "values": unsound.values}
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError, OverflowError, UnicodeError):
        return {"refused": "broken", "values": {}}


def _read(archive: zipfile.ZipFile) -> Answer:
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES:
        raise Unsound("too_many", n=MOST_ENTRIES)
    for entry in entries:
        _refuse_strange(entry)
    wanted = [entry for entry in entries if not entry.is_dir() and not _is_left(entry.filename)]
    total, packed = sum(entry.file_size for entry in wanted), sum(entry.compress_size for entry in wanted)
    if total > MOST_UNPACKED:
        raise Unsound("too_large", n=MOST_UNPACKED // 1_000_000)
    if total > CARELESS_SIZE and total > MOST_RATIO * packed:
        raise Unsound("bomb")
    names = _inside(wanted)
    texts: dict[str, str] = {}
    left = MOST_TEXT
    for entry in wanted:
        is_text = names[entry.filename].startswith(TEXTS)
        content = _content(archive, entry, is_text)
        left -= len(content)
        if left < 0:
            raise Unsound("too_much_text", n=MOST_TEXT // 1_000_000)
        if is_text:
            texts[names[entry.filename]] = b64encode(content).decode()
    return {"names": [[entry.filename, names[entry.filename]] for entry in wanted], "texts": texts}


def _refuse_strange(entry: zipfile.ZipInfo) -> None:
    name, mode = entry.filename, entry.external_attr >> 16
    if entry.flag_bits & 1:
        raise Unsound("locked")
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise Unsound("link", name=name[:80])
    parts = name.rstrip("/").split("/")
    is_plain = name and len(name) <= LONGEST_NAME and "\\" not in name and ":" not in name and name.isprintable()
    if not is_plain or "\0" in entry.orig_filename or any(part in ("", ".", "..") for part in parts):
        raise Unsound("path", name="".join(c if c.isprintable() else "?" for c in name[:80]))


def _is_left(name: str) -> bool:
    base = name.rpartition("/")[2]
    return name.startswith("__MACOSX/") or base.startswith(".") or base in LEFT_BY_SYSTEMS


def _inside(entries: list[zipfile.ZipInfo]) -> dict[str, str]:
    """Names in the archive -> names within the course folder: the archive is that folder, or holds it alone."""
    given = [entry.filename for entry in entries]
    tops = {name.partition("/")[0] for name in given}
    top = "" if "course.yml" in given else next(iter(tops)) if len(tops) == 1 else None
    if top is None or (top and f"{top}/course.yml" not in given):
        raise Unsound("no_course")
    names = {name: name.removeprefix(f"{top}/") if top else name for name in given}
    alike: dict[str, str] = {}
    for entry in entries:
        folded = unicodedata.normalize("NFKC", entry.filename).casefold()
        if folded in alike:
            raise Unsound("twice", name=entry.filename[:80])
        alike[folded] = entry.filename
    return names


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, is_kept: bool) -> bytes:
    """The content, read to its end so that its size and checksum are proved; only what is kept comes back."""
    kept, size = [], 0
    with archive.open(entry) as part:
        while piece := part.read(PIECE):
            size += len(piece)
            if size > entry.file_size:
                raise Unsound("broken")
            if is_kept:
                kept.append(piece)
                if size > MOST_TEXT:
                    raise Unsound("too_much_text", n=MOST_TEXT // 1_000_000)
    if size != entry.file_size:
        raise Unsound("broken")
    return b"".join(kept)
