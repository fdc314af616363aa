"""A course as one .zip file: packing the folder, always to the same bytes, and reading a foreign one without trusting anything in it."""

import io
import re
import tempfile
import time
import zipfile
import zlib
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lms.base import Refused, in_child
from lms.base import gettext as _

from .folder import CourseFolder, Parts, Snapshot, folder_texts
from .folder.snapshot import MOST_FILES, PARTS, belongs, largest_of, why_not
from .loading import checked_folder

HEAVIEST = 15_000_000  # octets of a file that is sent; a whole body of a request may be little larger
HEAVIEST_PACKED = 60_000_000  # octets of all that an archive holds
LONGEST_LESSON, MOST_SIGNS, LONGEST_NUMBER = 100_000, 20_000, 500
SECONDS, MEGABYTES, PATIENCE = 5, 256, 4.0
MOST_BRACKETS, MOST_LINES = 2_000, 5_000
MADE_AT = (1980, 1, 1, 0, 0, 0)
SIGNS = re.compile(r"[\[\]{},\n]|[-:?](?=\s)")
NUMBER = re.compile(rf"[0-9:._]{{{LONGEST_NUMBER},}}")


def packed(parts: Parts) -> bytes:
    """The course folder as a .zip. The same course is always the same bytes. Refused when it is too heavy to be held in memory."""
    texts = folder_texts(parts)
    contents: dict[str, Callable[[], bytes]] = {name: text.encode for name, text in texts.items()}
    contents |= {f"files/{name}": lambda name=name: parts.read(name) for name in parts.files}  # type: ignore[misc]
    total, out = 0, io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(contents):
            content = contents[name]()
            total += len(content)
            if total > HEAVIEST_PACKED:
                raise Refused(
                    _("Khóa học nặng hơn %(n)s MB nên không gói được ở đây. Quản trị dùng lệnh flask courses export.", n=HEAVIEST_PACKED // 1_000_000)
                )
            entry = zipfile.ZipInfo(f"{parts.key}/{name}", MADE_AT)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED, 9)
    return out.getvalue()


def read_archive(content: bytes) -> CourseFolder:
    """The course of a .zip file, checked as a folder is; what is wrong in it is among its problems.

    Slow (seconds): to be called before the write; leaves nothing behind. Refused in one sentence for what is no sound, small archive of one
    course, or takes too long.
    """
    if not content:
        raise Refused(_("Tệp này trống. Anh/Chị kiểm tra lại tệp đã chọn."), "file")
    if len(content) > HEAVIEST:
        raise Refused(_("Tệp lớn hơn %(n)s MB. Anh/Chị bỏ bớt video, tải video lên riêng ở trang Tệp.", n=HEAVIEST // 1_000_000), "file")
    with tempfile.NamedTemporaryFile(suffix=".zip") as file:
        file.write(content)
        file.flush()
        return _read(Path(file.name))


def _read(path: Path) -> CourseFolder:
    until = time.monotonic() + PATIENCE
    answer = in_child("lms.courses.archive_child.read", str(path.resolve()), seconds=SECONDS, megabytes=MEGABYTES)
    if "refused" in answer:
        raise Refused(_sentence(answer["refused"], answer["values"]), "file")
    snapshot = Snapshot(Path(), until=until)
    try:
        _take(snapshot, path, answer)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, KeyError, NotImplementedError):
        raise Refused(_sentence("broken", {}), "file") from None
    return checked_folder(snapshot)


def _take(snapshot: Snapshot, path: Path, answer: dict[str, Any]) -> None:
    """What belongs to a course folder; what does not is a problem. The child has read every entry to its end before."""
    with zipfile.ZipFile(path) as archive:
        for given, name in sorted(answer["names"], key=lambda pair: (pair[1] != "course.yml", pair[1])):
            part, _slash, base = name.rpartition("/")
            text = answer["texts"].get(name)
            if name != "course.yml" and (part not in PARTS or not belongs(part, base)):
                snapshot.tell(name, 1, why_not(part) if part in PARTS else "không thuộc thư mục khóa học.")
            elif len(snapshot.contents) >= MOST_FILES:
                snapshot.tell(name, 1, f"thư mục có quá nhiều tệp (tối đa {MOST_FILES}).")
                break
            else:
                _keep(snapshot, name, b64decode(text) if text is not None else archive.read(given))


def _keep(snapshot: Snapshot, name: str, content: bytes) -> None:
    largest = LONGEST_LESSON * 2 if name.startswith("lessons/") else largest_of(name)
    if len(content) > largest:
        snapshot.tell(name, 1, f"nặng quá {largest // 1000} kB.")
    elif not name.startswith("files/") and (fault := _too_dense(name, content.decode("utf-8", "replace"))):
        snapshot.tell(name, 1, fault)
    else:
        snapshot.contents[name] = content


def is_dense(source: str) -> bool:
    """Whether the Markdown of a lesson has more lines or brackets than can be read in reasonable time."""
    return source.count("[") > MOST_BRACKETS or source.count("\n") > MOST_LINES


def _too_dense(name: str, text: str) -> str:
    """Why a text would take unreasonably long to be read; empty when it would not."""
    if name.endswith(".md"):
        fault = "có quá nhiều dòng hoặc liên kết." if is_dense(text) else ""
        return f"dài quá {LONGEST_LESSON} ký tự." if len(text) > LONGEST_LESSON else fault
    if NUMBER.search(text):
        return "có một con số dài bất thường."
    return "có quá nhiều mục; chia thành nhiều tệp." if sum(1 for _found in SIGNS.finditer(text)) > MOST_SIGNS else ""


def _sentence(reason: str, values: dict[str, Any]) -> str:
    """What the person does with an archive that is not read."""
    sentences = {
        "locked": _("Tệp .zip đang được đặt mật khẩu. Anh/Chị nén lại không mật khẩu."),
        "too_many": _("Tệp .zip có hơn %(n)s tệp bên trong nên hệ thống không đọc."),
        "too_large": _("Tệp .zip khi mở ra nặng hơn %(n)s MB nên hệ thống không đọc. Anh/Chị bỏ bớt video, tải video lên riêng ở trang Tệp."),
        "too_much_text": _("Phần chữ trong tệp .zip nặng hơn %(n)s MB nên hệ thống không đọc. Anh/Chị chia thành nhiều khóa học."),
        "bomb": _("Tệp .zip này khi mở ra lớn bất thường nên hệ thống không đọc."),
        "link": _("Tệp .zip chứa lối tắt “%(name)s” nên hệ thống không đọc. Anh/Chị nén lại thư mục khóa học, không có lối tắt."),
        "path": _("Tệp .zip chứa tên tệp không dùng được: “%(name)s”. Anh/Chị nén lại thư mục khóa học."),
        "twice": _("Tệp .zip có hai tệp cùng tên “%(name)s”. Anh/Chị giữ lại một tệp."),
        "no_course": _("Không thấy course.yml trong tệp .zip. Anh/Chị nén cả thư mục của một khóa học."),
    }
    broken = _("Tệp này không phải tệp .zip đọc được, hoặc đã hỏng. Anh/Chị tải lại từ nơi đã xuất.")
    return sentences.get(reason, broken) % values
