"""What a file of a course is, judged by its content; the name only says which of several endings it bears. SVG, HTML and programs are refused."""

import re
from pathlib import PurePosixPath

from lms.base import PICTURES, Prepared, Refused, fold, nfc, prepare_picture
from lms.base import gettext as _

MEDIA = ("mp4", "webm", "mp3", "m4a", "ogg")
OFFICE = ("docx", "xlsx", "pptx", "odt", "ods", "odp")
TEXTS = ("txt", "csv", "vtt")
HEAVIEST = 15_000_000  # octets of a file that is no picture; a whole body of a request may be little larger
LONGEST_STEM = 60
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_INSIDE = {"docx": b"word/document.xml", "xlsx": b"xl/workbook.xml", "pptx": b"ppt/presentation.xml"}
_OPEN = {ending: b"application/vnd.oasis.opendocument." + name for ending, name in (("odt", b"text"), ("ods", b"spread"), ("odp", b"present"))}
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"BM")
_PAGE = re.compile(rb"<(!doctype|html|head|body|script|svg|iframe|\?xml)\b", re.IGNORECASE)


def stem_of(name: str) -> str:
    """The name of a file without its folder and ending, as file names here are written: small letters, digits and hyphens."""
    bare = PurePosixPath(nfc(name).replace("\\", "/")).name
    stem = bare.rpartition(".")[0] or bare
    return re.sub(r"[^a-z0-9]+", "-", fold(stem))[:LONGEST_STEM].strip("-") or "tep"


def ending_of(name: str) -> str:
    """The ending of a name in small letters, without the dot; empty when there is none."""
    return PurePosixPath(name.replace("\\", "/")).name.rpartition(".")[2].lower() if "." in name else ""


def is_picture(name: str) -> bool:
    """Whether a file of this name is shown as a picture."""
    return ending_of(name) in PICTURES


def is_media(name: str) -> bool:
    """Whether a file of this name is played (video, audio)."""
    return ending_of(name) in MEDIA


def prepare_file(name: str, content: bytes) -> Prepared:
    """A file that somebody sent as it will be kept: a picture made ready for pages, anything else as it is.

    Slow for pictures (up to 9 seconds): to be called before the write. Refused, in one sentence, for what a course cannot have.
    """
    if not content:
        raise Refused(_("Tệp này trống. Anh/Chị kiểm tra lại tệp đã chọn."), "file")
    if content.startswith(_PICTURES) or (content[:4] == b"RIFF" and content[8:12] == b"WEBP"):
        return prepare_picture(content)
    if len(content) > HEAVIEST:
        raise Refused(_("Tệp lớn hơn %(n)s MB. Anh/Chị giảm dung lượng rồi tải lên lại.", n=HEAVIEST // 1_000_000), "file")
    ending = ending_of(name)
    for look in (_archive, _media, _text):
        if found := look(content, ending):
            return Prepared(content, found)
    if content.startswith(_OLD_OFFICE):
        raise Refused(_("Tệp này là định dạng Office cũ hoặc có mật khẩu. Anh/Chị lưu thành .docx, .xlsx hoặc .pptx không mật khẩu."), "file")
    raise Refused(
        _("Khóa học không nhận loại tệp này. Các loại nhận được: hình, Word, Excel, PowerPoint, PDF, văn bản, .zip, video và âm thanh."), "file"
    )


def _archive(content: bytes, ending: str) -> str | None:
    """A PDF, or what is a zip archive inside."""
    if content.startswith(b"%PDF-"):
        return "pdf"
    if not content.startswith(b"PK\x03\x04"):
        return None
    if b"vbaProject.bin" in content:
        raise Refused(_("Tệp này có macro nên không nhận. Anh/Chị lưu thành .docx, .xlsx hoặc .pptx không có macro."), "file")
    if ending in _INSIDE and _INSIDE[ending] in content:
        return ending
    if ending in _OPEN and _OPEN[ending] in content[:200]:
        return ending
    return "zip" if ending == "zip" else None


def _media(content: bytes, ending: str) -> str | None:
    if content[4:8] == b"ftyp":
        return "m4a" if content[8:11] == b"M4A" else "mp4" if content[8:12] != b"qt  " else None
    if content.startswith(b"\x1aE\xdf\xa3") and b"webm" in content[:4096]:
        return "webm"
    if content.startswith(b"OggS"):
        return "ogg"
    return "mp3" if content.startswith(b"ID3") or (content[0] == 0xFF and content[1:2] and content[1] & 0xE6 == 0xE2) else None


def _text(content: bytes, ending: str) -> str | None:
    if ending not in TEXTS:
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(_("Tệp văn bản không phải UTF-8. Anh/Chị mở tệp, lưu lại với bảng mã UTF-8 rồi tải lên."), "file") from None
    if "\0" in text or _PAGE.search(content[:4096]):
        return None
    if ending == "vtt" and not text.startswith("WEBVTT"):
        raise Refused(_("Tệp phụ đề .vtt phải bắt đầu bằng dòng WEBVTT."), "file")
    return ending
