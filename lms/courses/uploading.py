"""Several files sent at once: what can be kept of them is, and a sentence says of each other one why not."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from lms.base import Prepared, Refused
from lms.base import gettext as _

from .file_kinds import HEAVIEST, prepare_file
from .media import add_file
from .models import CourseFile

LARGEST_BODY = HEAVIEST + 500_000  # octets of a request; the one-machine server cuts off at 16,000,000
MOST_AT_ONCE = 20
MOST_SECONDS = 10


@dataclass
class Sent:
    """Files that were read, by the names they came under; a sentence for each that cannot be kept; and the rows of those that were."""

    ready: list[tuple[str, Prepared]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    kept: list[CourseFile] = field(default_factory=list)

    def refuse(self, name: str, sentence: str) -> None:
        """Say of a file why it is not kept."""
        told = _("%(name)s: %(sentence)s", name=name[:80], sentence=sentence)
        self.faults.append(told)


def prepare_sent(files: Iterable[tuple[str, Any]], seconds: float = MOST_SECONDS) -> Sent:
    """Read what was sent: (name, stream) of each. Slow: to be called before the write. Begins with no new file when the time is over."""
    sent, until = Sent(), monotonic() + seconds
    for index, (name, stream) in enumerate(files):
        if index >= MOST_AT_ONCE:
            sent.refuse(name, _("mỗi lần tải lên tối đa %(n)s tệp. Anh/Chị tải lên ở lần sau.", n=MOST_AT_ONCE))
        elif monotonic() > until:
            sent.refuse(name, _("chưa kịp xử lý. Anh/Chị tải lên lại tệp này."))
        else:
            try:
                sent.ready.append((name, prepare_file(name, stream.read())))
            except Refused as refused:
                sent.refuse(name, refused.sentence)
    if not sent.ready and not sent.faults:
        sent.faults.append(_("Anh/Chị chọn tệp cần tải lên."))
    return sent


def keep_sent(actor: Any, course: Any, sent: Sent, alt: str = "") -> Sent:
    """Put what was read into the course; what has no room there is told. `alt`: what a picture tells, when there is only one file."""
    for name, ready in sent.ready:
        try:
            sent.kept.append(add_file(actor, course, name, ready, alt if len(sent.ready) == 1 else ""))
        except Refused as refused:
            sent.refuse(name, refused.sentence)
    return sent
