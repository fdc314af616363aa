"""Taking in a file: read in child processes, its pictures made ready for pages, what is lost told in sentences; kept until it is confirmed."""

import json
import os
import time
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from lms.base import Prepared, Refused, nfc, prepare_picture, read_office
from lms.base import gettext as _

LONGEST_SECONDS, MOST_WORK, LONGEST_WAIT = 10, 8, 30  # for a file; a machine that is busy with others may take longer, not work more
AT_ONCE = 2  # child processes that make pictures ready


@dataclass(frozen=True)
class TakenFile:
    """What a file holds: `blocks` and `notes` as the children answer them; a picture that cannot be shown is None; `lost`: sentences."""

    name: str
    kind: str
    title: str
    blocks: list[dict[str, Any]]
    notes: dict[str, str]
    pictures: list[Prepared | None]
    lost: list[str]


def take_file(name: str, content: bytes) -> TakenFile:
    """What the file holds. Slow: to be called before the write. Refused, in one sentence, for whatever cannot be taken in."""
    began = (time.monotonic(), _work())
    if not content:
        raise Refused(_("Anh/Chị chọn một tệp. Tệp không được trống."), "file")
    found = read_office(content)
    if not found["blocks"]:
        raise Refused(_("Tệp này không có chữ hay hình nào. Anh/Chị kiểm tra lại tệp đã chọn."), "file")
    pictures = _of_pages(found["pictures"]) if found["kind"] == "pdf" else _prepared(found["pictures"], *began)
    lost = dict(found["left_out"])
    if broken := sum(one is None for one in pictures):
        lost["formats"] = lost.get("formats", 0) + broken
    title = nfc(found["title"]).strip() or _from_name(name)
    return TakenFile(nfc(name)[-200:], found["kind"], title, found["blocks"], found["notes"], pictures, sentences_of(lost))


def _from_name(name: str) -> str:
    stem = PurePosixPath(nfc(name).replace("\\", "/")).stem
    return " ".join(stem.replace("_", " ").replace("-", " ").split())[:200] or "Bài mới"


def _of_pages(pictures: Sequence[Mapping[str, Any]]) -> list[Prepared | None]:
    """Pages as their child drew them: nothing foreign is left in them."""
    return [Prepared(b64decode(one["content"]), one["ending"], one["width"], one["height"]) for one in pictures]


def _work() -> float:
    """Seconds of a processor that children of this process have worked."""
    spent = os.times()
    return spent.children_user + spent.children_system


def _prepared(contents: Sequence[str], began: float, worked: float) -> list[Prepared | None]:
    def prepare(encoded: str) -> Prepared | None:
        seconds = time.monotonic() - began
        if seconds > LONGEST_WAIT or (seconds > LONGEST_SECONDS and _work() - worked > MOST_WORK):
            raise TimeoutError
        try:
            return prepare_picture(b64decode(encoded))
        except Refused:
            return None

    with ThreadPoolExecutor(AT_ONCE) as pool:
        asked = [pool.submit(copy_context().run, prepare, encoded) for encoded in contents]
        try:
            return [one.result() for one in asked]
        except TimeoutError:
            advice = _("Tệp này có quá nhiều hình lớn. Anh/Chị nén hình (Picture Format, Compress Pictures), hoặc chia thành nhiều tệp.")
            raise Refused(advice, "file") from None


def sentences_of(lost: Mapping[str, int]) -> list[str]:
    """What could not be carried over, a sentence each; the counts are by the reasons of the children."""
    sentences = {
        "bold": _("Tệp không dùng kiểu Heading: %(n)s đoạn ngắn in đậm được coi là đề mục. Anh/Chị kiểm tra lại."),
        "formats": _("%(n)s hình không đọc được (EMF, WMF, SVG, TIFF hoặc bị hỏng). Anh/Chị lưu hình thành PNG rồi chèn lại vào bài."),
        "missing": _("%(n)s hình không có trong tệp."),
        "linked": _("%(n)s hình hoặc tệp nối từ nơi khác: hệ thống không tải về. Anh/Chị chèn lại vào bài."),
        "heavy": _("%(n)s hình quá nặng nên bị bỏ qua. Anh/Chị thu nhỏ hình rồi chèn lại vào bài."),
        "symbols": _("%(n)s ký hiệu của phông riêng không đổi được thành chữ."),
        "equations": _("%(n)s công thức toán. Anh/Chị chụp công thức thành hình rồi chèn vào bài."),
        "charts": _("%(n)s biểu đồ. Anh/Chị lưu biểu đồ thành hình (Save as Picture) rồi chèn vào bài."),
        "diagrams": _("%(n)s sơ đồ SmartArt: hình vẽ không giữ được; với PowerPoint, chữ trong sơ đồ thành danh sách."),
        "objects": _("%(n)s đối tượng nhúng (bảng Excel, tệp kèm). Anh/Chị tải tệp đó lên riêng, trong trang tệp của khóa học."),
        "comments": _("%(n)s nhận xét của người sửa."),
        "deleted": _("%(n)s chỗ đã xóa khi theo dõi sửa đổi (Track Changes)."),
        "videos": _("%(n)s video hoặc âm thanh. Anh/Chị tải tệp đó lên riêng, trong trang tệp của khóa học."),
        "headers": _("%(n)s đầu trang, chân trang."),
        "macros": _("Macro: hệ thống không đọc và không chạy."),
        "places": _("%(n)s liên kết đến chỗ khác trong tệp thành chữ thường."),
        "hidden": _("%(n)s trang chiếu đang ẩn vẫn được đưa vào. Anh/Chị bỏ phần không cần."),
        "animations": _("Hiệu ứng chuyển động trên %(n)s trang chiếu."),
    }
    return [sentences[reason] % {"n": count} for reason, count in lost.items() if count and reason in sentences]


def packed(taken: TakenFile, course_id: int) -> bytes:
    """The file as it waits for its confirmation, for this course."""
    pictures = [None if one is None else [b64encode(one.content).decode(), *one[1:]] for one in taken.pictures]
    return json.dumps({**taken.__dict__, "pictures": pictures, "course_id": course_id}, ensure_ascii=False).encode("utf-8", "surrogatepass")


def unpacked(content: bytes, course_id: int) -> TakenFile | None:
    """What waited; None when it was for another course, or is damaged."""
    try:
        values = json.loads(content.decode("utf-8", "surrogatepass"))
        if values.pop("course_id") != course_id:
            return None
        pictures = [None if one is None else Prepared(b64decode(one[0]), *one[1:]) for one in values.pop("pictures")]
        return TakenFile(**values, pictures=pictures)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        return None
