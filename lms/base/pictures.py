"""Pictures: their size by content, and what people send made ready for pages in a child process with limits."""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from typing import NamedTuple

from .child import in_child
from .errors import Refused
from .picture_child import size_of
from .words import gettext as _

LARGEST_SIDE = 4000
HEAVIEST_SENT = 10_000_000  # octets
SECONDS, MEGABYTES = 8, 256


class Prepared(NamedTuple):
    """A file as it is kept. Of a picture: its pixels, and the ratio of its light to its dark parts in hundredths."""

    content: bytes
    ending: str
    width: int | None = None
    height: int | None = None
    contrast: int | None = None


def picture_size(content: bytes, formats: Sequence[str] = ("PNG", "JPEG")) -> tuple[int, int] | None:
    """(width, height) in pixels of a picture; None when it is of no such format, broken, or larger than 4000 a side."""
    size = size_of(content, formats)
    return size if size and all(0 < side <= LARGEST_SIDE for side in size) else None


def prepare_picture(content: bytes) -> Prepared:
    """A picture as pages show it: upright, at most 1280 pixels wide, without metadata, as light as it can be (60 kB is the aim).

    Slow (up to 9 seconds): to be called before the write. Leaves nothing behind. Raises Refused(sentence) for everything that is no sound
    PNG, JPEG, GIF, WebP or BMP of at most 10 MB and 40 million pixels.
    """
    if len(content) > HEAVIEST_SENT:
        raise Refused(_("Hình lớn hơn %(n)s MB. Anh/Chị thu nhỏ hình rồi tải lên lại.", n=HEAVIEST_SENT // 1_000_000))
    try:
        made = in_child("lms.base.picture_child.prepare", b64encode(content).decode(), seconds=SECONDS, megabytes=MEGABYTES)
    except Refused:
        raise Refused(
            _("Hệ thống không đọc được hình này: hình bị hỏng hoặc quá lớn. Anh/Chị mở hình, lưu lại thành PNG hoặc JPEG rồi tải lên lần nữa.")
        ) from None
    if "refused" in made:
        raise Refused(_("Hình có hơn 40 triệu điểm ảnh. Anh/Chị thu nhỏ hình rồi tải lên lại."))
    return Prepared(b64decode(made["content"]), made["ending"], made["width"], made["height"], made["contrast"])
