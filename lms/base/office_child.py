"""What kind of file somebody sent as a lesson, and whether it is safe to open: the first child that looks at it, before any library does.

Loaded alone by `child_start` (see `child`), so it imports nothing of ours. The answers: {"kind": "docx", "pptx" or "pdf"} or {"refused": reason}.
"""

import io
import zipfile
from pathlib import Path

MOST_ENTRIES, MOST_INFLATED, MOST_XML = 5_000, 150 << 20, 16 << 20
MOST_RATIO, CARELESS_SIZE = 200, 10 << 20  # a small archive may be as empty as it likes
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IN_OLE = (("EncryptedPackage", "locked"), ("WordDocument", "old_word"), ("PowerPoint Document", "old_slides"), ("Workbook", "sheet"))
_HEADS = (
    (b"{\\rtf", "old_word"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"),
)


def look(path: str) -> dict[str, str]:
    """The kind of the file, by content, or why it is refused."""
    content = Path(path).read_bytes()
    if not content.strip(b"\0\t\r\n "):
        return {"refused": "empty"}
    if content.startswith(_OLE):
        return {"refused": next((kind for word, kind in _IN_OLE if word.encode("utf-16-le") in content), "unknown")}
    if b"%PDF-" in content[:1024]:
        return {"kind": "pdf"}
    if content.startswith(b"PK"):
        return _package(content)
    return {"refused": next((kind for head, kind in _HEADS if content.startswith(head)), "unknown")}


def _package(content: bytes) -> dict[str, str]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if reason := _danger(archive, len(content)):
                return {"refused": reason}
            return _kind_of_package(archive)
    except (zipfile.BadZipFile, EOFError, NotImplementedError):
        return {"refused": "broken"}


def _kind_of_package(archive: zipfile.ZipFile) -> dict[str, str]:
    names = set(archive.namelist())
    if "[Content_Types].xml" not in names:
        return {"refused": "odf" if "mimetype" in names else "archive"}
    for name, kind in (("word/document.xml", "docx"), ("ppt/presentation.xml", "pptx")):
        if name in names:
            return {"kind": kind}
    return {"refused": "sheet" if any(name.startswith("xl/") for name in names) else "archive"}


def _danger(archive: zipfile.ZipFile, size: int) -> str | None:
    entries = archive.infolist()
    inflated = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_ENTRIES or inflated > MOST_INFLATED or (inflated > CARELESS_SIZE and inflated > MOST_RATIO * size):
        return "bomb"
    if any(entry.flag_bits & 1 for entry in entries):
        return "locked"
    if any(_leads_out(entry.filename) for entry in entries) or len({entry.filename for entry in entries}) < len(entries):
        return "unsafe"
    return next((found for entry in entries if (found := _danger_in(archive, entry))), None)


def _leads_out(name: str) -> bool:
    return name.startswith(("/", "\\")) or ":" in name or ".." in name.replace("\\", "/").split("/")


def _danger_in(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> str | None:
    """Whether a part that may be read as XML, whatever it is called, is too large or declares a document type, in whatever encoding.

    Reading to the end also proves its size and checksum.
    """
    tail = b""
    with archive.open(entry) as part:
        block = part.read(1 << 20)
        is_xml = block.lstrip(b"\xef\xbb\xbf\xff\xfe\0\t\r\n ").startswith(b"<") and not entry.filename.lower().endswith(".svg")
        if is_xml and entry.file_size > MOST_XML:
            return "bomb"
        while is_xml and block:
            seen = (tail + block.replace(b"\0", b"")).upper()
            if b"<!DOCTYPE" in seen or b"<!ENTITY" in seen:
                return "unsafe"
            tail = seen[-16:]
            block = part.read(1 << 20)
    return None
