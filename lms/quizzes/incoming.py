"""What a trainer sent to be imported: which format it has, what stands in it, how the preview shows it and hands it on to be confirmed."""

import json
import logging
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from markupsafe import Markup

from lms.base import Refused
from lms.base import gettext as _

from .format import NO_WHY, Fault, Format, Found, Raw, Read
from .formats import FORMATS, format_of
from .from_files import MOST_FOUND
from .kind import plain, rich
from .kinds import KINDS

logger = logging.getLogger("lms")

MOST_BYTES = 10 << 20
MOST_PACKED, MOST_UNPACKED = 900_000, 16 << 20
TEXT_DOCUMENTS = (".doc", ".docx", ".odt", ".rtf", ".pdf")
OLD_SHEETS = (".xls", ".ods", ".csv")


@dataclass(frozen=True)
class Shown:
    """A question of the file as the preview shows it: its lines are (text, whether it is right)."""

    place: str
    kind: str
    text: Markup
    lines: list[tuple[Markup, bool]]
    beside: list[str]
    whys: int


def read_sent(name: str, content: bytes, format_name: str = "") -> tuple[str, Read]:
    """(name of the format, what stands in it) of a file, or of text without a name. Never raises: whatever goes wrong is one sentence."""
    ending = PurePath(name).suffix.lower()
    if not content.strip():
        return "", _refused(_("Tệp này trống. Anh/Chị kiểm tra lại tệp đã chọn.") if name else _("Anh/Chị chọn một tệp, hoặc dán câu hỏi vào ô."))
    if len(content) > MOST_BYTES:
        return "", _refused(_("Tệp lớn hơn %(n)s MB. Anh/Chị chia thành nhiều tệp.", n=MOST_BYTES >> 20))
    if ending in TEXT_DOCUMENTS:
        return "", _refused(_("Tệp văn bản không đọc trực tiếp được. Anh/Chị mở tệp, chép các câu hỏi rồi dán vào ô bên dưới."))
    form = FORMATS[format_name] if format_name in FORMATS else _guessed(name, ending, content)
    if form is None:
        return "", _refused(_("Không rõ định dạng của tệp này. Anh/Chị chọn định dạng trong danh sách, hoặc dùng tệp Excel mẫu."))
    try:
        return form.name, form.read(content)
    except Exception:
        logger.exception("reader %s", form.name)
        return form.name, _refused(_("Hệ thống không đọc được tệp này. Anh/Chị mở tệp, lưu lại thành một tệp mới rồi tải lên lần nữa."))


def _refused(sentence: str) -> Read:
    return Read([], [Fault("", sentence)])


def _guessed(name: str, ending: str, content: bytes) -> Format | None:
    if content.lstrip(b"\xef\xbb\xbf \r\n\t")[:5] in (b"<?xml", b"<quiz"):
        return format_of("x.xml")
    if content[:4] == b"PK\x03\x04" or ending in OLD_SHEETS:
        return format_of("x.xlsx")
    return format_of(name if name else "x.txt", content)


def topic_losses(found: Sequence[Found]) -> list[Fault]:
    """The topics that the file names, for a person who puts all questions into one."""
    named = sorted({one.topic for one in found if one.topic})
    return [Fault(_("chủ đề"), _("Chủ đề “%(topic)s” của tệp: câu vào chủ đề mà Anh/Chị chọn khi nhập.", topic=name[:80])) for name in named]


def shown(found: Sequence[Found], most: int) -> list[Shown]:
    """The first questions as the preview shows them."""
    return [_shown(one) for one in found[:most]]


def _shown(one: Found) -> Shown:
    raw = one.raw
    beside = [raw["difficulty"]] if raw.get("difficulty") else []
    whys = json.dumps(raw, ensure_ascii=False).count(NO_WHY)
    return Shown(one.place, KINDS[raw["kind"]].called(), rich(raw["text"]), lines_of(raw), beside + list(raw.get("tags", ())), whys)


def lines_of(raw: Raw) -> list[tuple[Markup, bool]]:
    """(text, whether it is right) of what belongs to the question besides its text, told by the shape of what an author writes."""
    lines = [(rich(one["text"]), bool(one.get("correct"))) for one in raw.get("options", ())]
    if isinstance(raw.get("answer"), bool):
        lines += [(Markup.escape(_("Đúng")), raw["answer"]), (Markup.escape(_("Sai")), not raw["answer"])]
    told = [f"{plain(one['left'])} → {plain(one['right'])}" for one in raw.get("pairs", ())]
    told += [f"{number}. {plain(one)}" for number, one in enumerate(raw.get("items", ()), 1) if isinstance(one, str)]
    told += list(raw.get("accepted", ())) + ([_number_of(raw)] if "value" in raw else [])
    told += [f"[[{number}]] {_gap(one)}" for number, one in enumerate(raw.get("gaps", ()), 1)]
    told += [f"{plain(one['text'])}: {one['points']}" for one in raw.get("rubric", ())]
    return lines + [(Markup.escape(text), True) for text in told]


def _number_of(raw: Raw) -> str:
    tolerance = f" ± {raw['tolerance']}" if raw.get("tolerance") else ""
    return f"{raw['value']}{tolerance} {raw.get('unit', '')}".strip()


def _gap(gap: dict[str, Any]) -> str:
    return str(gap.get("right") or " / ".join(gap.get("accepted", ())) or _number_of(gap))


def packed(found: Sequence[Found]) -> str:
    """The questions as a field of the form carries them from the preview on. Refused when they are too much for a form."""
    content = json.dumps([[one.raw, one.place, one.topic] for one in found], ensure_ascii=False)
    text = urlsafe_b64encode(zlib.compress(content.encode("utf-8", "surrogatepass"), 9)).decode()
    if len(text) > MOST_PACKED:
        raise Refused(_("Tệp này có quá nhiều nội dung. Anh/Chị chia thành nhiều tệp."), "file")
    return text


def unpacked(text: str) -> list[Found]:
    """The questions that a form carried; whoever imports them checks each. Refused for what no preview made."""
    try:
        reader = zlib.decompressobj()
        content = reader.decompress(urlsafe_b64decode(text.encode("ascii")), MOST_UNPACKED)
        rows = json.loads(content.decode("utf-8", "surrogatepass")) if reader.eof else None
    except (ValueError, RecursionError, zlib.error):
        rows = None
    if not isinstance(rows, list) or not 0 < len(rows) <= MOST_FOUND or not all(_is_row(row) for row in rows):
        raise Refused(_("Bản xem trước này đã hỏng. Anh/Chị chọn lại tệp."))
    return [Found(*row) for row in rows]


def _is_row(row: Any) -> bool:
    return isinstance(row, list) and len(row) == 3 and isinstance(row[0], dict) and all(isinstance(text, str) for text in row[1:])
