"""Files of a course: the one way by which a file enters it on the site, what they weigh, and how one leaves it."""

import gzip
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from flask import current_app

from lms.base import Prepared, Refused, clock, db, insert_once, nfc, prepare_picture, render_markdown, store_file
from lms.base import gettext as _
from lms.site import record

from .file_kinds import is_picture, prepare_file, stem_of
from .folder import read_markdown
from .models import Course, CourseFile, LessonFile
from .uses import drafts_naming

__all__ = ["Prepared", "Weight", "add_file", "describe_file", "file_weights", "lesson_weight", "prepare_file", "prepare_picture", "remove_file"]
LONGEST_ALT = 300
FRAME = 4_500  # octets of what stands around a lesson, compressed
OCTETS_A_SECOND = 125_000  # of a line of 1 Mbit/s


@dataclass(frozen=True)
class Weight:
    """What a lesson weighs on the wire, in octets: its text with the frame (compressed), its pictures, and what is fetched only on demand.

    seconds: until text and pictures are there on a line of 1 Mbit/s.
    """

    html: int
    pictures: int
    others: int

    @property
    def seconds(self) -> int:
        """Whole seconds, rounded up."""
        return -(-(self.html + self.pictures) // OCTETS_A_SECOND)


def add_file(actor: Any, course: Any, name: str, content: bytes | Prepared, alt: str = "") -> CourseFile:
    """Put a file into the course; returns its row, flushed. The same content under the same stem again is the same row.

    `course`: anything with `id` and `agency_id`. `content`: what `prepare_file` made of it before the write; bytes are prepared here, which is
    slow. The name becomes a plain one that no other content of the course bears. Refused for what a course cannot have, and when it is full.
    """
    ready = content if isinstance(content, Prepared) else prepare_file(name, content)
    said = _alt(alt)
    db.session.execute(sa.select(Course.id).where(Course.id == course.id).with_for_update())
    known = {row.name: row for row in db.session.execute(sa.select(*_KNOWN).where(CourseFile.course_id == course.id).order_by(CourseFile.id))}
    digest, stem = sha256(ready.content).hexdigest(), stem_of(name)
    chosen = _name_for(stem, ready.ending, {row.name: row.digest for row in known.values()}, digest)
    if chosen not in known:
        _refuse_full(course.id, len(ready.content))
        values = {"octets": len(ready.content), "width": ready.width, "height": ready.height, "contrast": ready.contrast, "alt": said}
        made = {"token": secrets.token_urlsafe(16), "uploaded_at": clock.now(), "uploaded_by_id": getattr(actor, "person_id", None)}
        if insert_once(CourseFile, course_id=course.id, name=chosen, digest=digest, **values, **made):
            record(actor, "add-file", "course", course.id, agency_id=course.agency_id, name=chosen)
    found = sa.select(CourseFile).where(CourseFile.course_id == course.id, CourseFile.name == chosen, CourseFile.digest == digest)
    row = db.session.scalars(found).one()
    row.alt = row.alt or said
    store_file(ready.content)
    db.session.flush()
    return row


_KNOWN = (CourseFile.name, CourseFile.digest)


def _name_for(stem: str, ending: str, known: Mapping[str, str], digest: str) -> str:
    """The name of this very content, if it is there under this stem; else the first that is free."""
    own = re.compile(rf"{re.escape(stem)}(-\d+)?\.{ending}")
    for name, other in known.items():
        if other == digest and own.fullmatch(name):
            return name
    numbers = range(2, len(known) + 3)
    return next(name for name in (f"{stem}.{ending}", *(f"{stem}-{n}.{ending}" for n in numbers)) if name not in known)


def _alt(text: str) -> str | None:
    said = " ".join(nfc(text).split())
    if len(said) > LONGEST_ALT:
        raise Refused(_("Lời mô tả tối đa %(n)s ký tự. Anh/Chị rút ngắn giúp.", n=LONGEST_ALT), "alt")
    return said or None


def quota() -> tuple[int, int]:
    """(files, octets) that a course may have."""
    return int(current_app.config["COURSE_FILES"]), int(current_app.config["COURSE_MEGABYTES"]) * 1_000_000


def _refuse_full(course_id: int, octets: int) -> None:
    most_files, most_octets = quota()
    sums = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(CourseFile.octets), 0)).where(CourseFile.course_id == course_id)
    files, taken = db.session.execute(sums).one()
    if files >= most_files:
        raise Refused(_("Khóa học đã có %(n)s tệp, là số tối đa. Anh/Chị xóa bớt tệp không dùng rồi tải lên lại.", n=files), "file")
    if taken + octets > most_octets:
        most = most_octets // 1_000_000
        raise Refused(_("Các tệp của khóa học đã đầy (tối đa %(n)s MB). Anh/Chị xóa bớt tệp không dùng rồi tải lên lại.", n=most), "file")


def describe_file(actor: Any, course: Any, file: CourseFile, alt: str) -> None:
    """Change what the picture tells, for whoever puts it into a lesson next; lessons keep the words that stand in them."""
    file.alt = _alt(alt)
    record(actor, "describe-file", "course", course.id, agency_id=course.agency_id, name=file.name)


def remove_file(actor: Any, course: Any, file_id: int) -> str:
    """Take a file out of the course; returns its name, empty when it was gone already. Refused while a revision or a draft uses it."""
    db.session.execute(sa.select(Course.id).where(Course.id == course.id).with_for_update())
    own = sa.and_(CourseFile.id == file_id, CourseFile.course_id == course.id)
    name = db.session.scalar(sa.select(CourseFile.name).where(own))
    if name is None:
        return ""
    is_shown_somewhere = sa.select(LessonFile.file_id).where(LessonFile.file_id == CourseFile.id).exists()
    done = None if drafts_naming(course.id, name) else db.session.execute(sa.delete(CourseFile).where(own, ~is_shown_somewhere))
    if done is None or done.rowcount == 0:  # type: ignore[attr-defined]
        raise Refused(_("Tệp %(name)s đang có bài hoặc bản nháp dùng nên không xóa được.", name=name))
    record(actor, "delete-file", "course", course.id, agency_id=course.agency_id, name=name)
    return name


def file_weights(course_id: int) -> dict[str, int]:
    """Octets of the files of a course by name, the latest of each; one statement."""
    rows = sa.select(CourseFile.name, CourseFile.octets).where(CourseFile.course_id == course_id).order_by(CourseFile.id)
    return {name: octets for name, octets in db.session.execute(rows)}


def lesson_weight(source: str, files: Mapping[str, int]) -> Weight:
    """What a lesson's Markdown will weigh. `files`: octets by name, as `file_weights` gives them; what is not there weighs nothing."""
    names = {reference.name for reference in read_markdown(source, 1, lambda _line, _sentence: None).files}
    try:
        html = render_markdown(source, lambda address: f"/courses/1000/files/{'x' * 22}/{address.removeprefix('files/')}", "lesson")
    except Refused:
        html = source
    pictures = sum(files.get(name, 0) for name in names if is_picture(name))
    others = sum(files.get(name, 0) for name in names if not is_picture(name))
    return Weight(FRAME + len(gzip.compress(html.encode(), 5, mtime=0)), pictures, others)
