"""The checks before publishing: what keeps a course from being published, and what its trainers had better look at."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from lms.base import db, decimal, language
from lms.base import gettext as _
from lms.quizzes import Question, SelfCheck, self_checks

from .drafts import Surroundings, faults_of
from .folder import CourseSource, LessonSource, Markdown, companions, is_completable, outline_faults, read_markdown
from .legal import Change, changed_since, is_review_old
from .media import lesson_weight
from .models import CourseFile
from .pending import Pending, PendingLesson

HEAVIEST, WEAKEST = 150_000, 300  # octets of the pictures of a lesson; contrast in hundredths
FASTEST, SLOWEST = 200, 150  # words read in a minute
SHORTEST, LONGEST = 6, 14  # minutes of a good lesson


@dataclass(frozen=True)
class Finding:
    """Something that was found: of a lesson at a line of its text (0: of the whole), or of the course (lesson is None)."""

    lesson: PendingLesson | None
    line: int
    sentence: str
    is_error: bool = True

    @property
    def whole(self) -> str:
        """The sentence with the place."""
        if self.lesson is None:
            return self.sentence
        if self.line:
            return _("Bài %(key)s, dòng %(line)s: %(sentence)s", key=self.lesson.lesson.key, line=self.line, sentence=self.sentence)
        return _("Bài %(key)s: %(sentence)s", key=self.lesson.lesson.key, sentence=self.sentence)


@dataclass(frozen=True)
class Around:
    """What the checks know: files by name (octets, contrast), self-check questions by key, changes of legal bases."""

    files: Mapping[str, tuple[int, int | None]]
    checks: Mapping[str, SelfCheck]
    changes: Sequence[Change] = ()
    weights: Mapping[str, int] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "weights", {name: octets for name, (octets, _contrast) in self.files.items()})


def around_of(pending: Pending, changes: Sequence[Change] = ()) -> Around:
    """What the lessons of the course refer to. Two statements."""
    files = sa.select(CourseFile.name, CourseFile.octets, CourseFile.contrast, CourseFile.id.label("id"))
    files = files.where(CourseFile.course_id == pending.course.id)
    in_use = (Question.bank_id == pending.course.bank_id, Question.use == "self-check", Question.state == "published")
    checks = sa.select(Question.key, sa.null(), sa.null(), sa.literal(0).label("id")).where(*in_use)
    rows: list[Any] = list(db.session.execute(sa.union_all(files, checks).order_by("id")))
    published = {row[0] for row in rows if row.id == 0}
    keys = {place.name for one in _planned(pending) if one.said for place in _read(one.said.source, language()).places}
    found = self_checks(pending.course.bank_id, keys & published)
    return Around({row[0]: (row[1], row[2]) for row in rows if row.id}, found, changes)


def findings_of(pending: Pending, around: Around) -> list[Finding]:
    """Everything that was found: errors first, then warnings, each in the order of the outline."""
    errors = list(_errors(pending, around))
    return errors + [finding for one in _planned(pending) if one.said for finding in _warnings(one, one.said, around)]


def faults_found(pending: Pending) -> list[Finding]:
    """What keeps the course from being published."""
    return list(_errors(pending, around_of(pending)))


@lru_cache(maxsize=128)
def _read(source: str, _language: str) -> Markdown:
    return read_markdown(source, 1, lambda _line, _sentence: None)


@lru_cache(maxsize=128)
def _faults(source: str, files: frozenset[str], lessons: frozenset[str], checks: frozenset[str], terms: frozenset[str], _language: str) -> Any:
    """The same text is checked when the page is shown, before the write and within it: read once."""
    return tuple(faults_of(source, Surroundings(files, lessons, checks, terms)))


def _planned(pending: Pending) -> list[PendingLesson]:
    return [pending.lessons[step.key] for step in pending.outline if step.kind == "lesson" and step.key in pending.lessons]


def _errors(pending: Pending, around: Around) -> Iterator[Finding]:
    yield from (Finding(None, 0, sentence) for sentence in _course_faults(pending, pending.said))
    keys = frozenset(step.key for step in pending.outline if step.kind == "lesson")
    terms = frozenset(term["key"] for term in pending.said.glossary)
    for one in _planned(pending):
        if one.said is None:
            yield Finding(one, 0, _("chưa có nội dung. Anh/Chị viết bài rồi công bố."))
            continue
        faults = _faults(one.said.source, frozenset(around.files), keys, frozenset(around.checks), terms, language())
        yield from (Finding(one, line, sentence) for line, sentence in faults)
        yield from _unexplained(one, one.said, around)


def _course_faults(pending: Pending, said: CourseSource) -> Iterator[str]:
    if not said.title.get("vi", "").strip():
        yield _("Khóa học chưa có tên.")
    for _line, sentence in outline_faults(said.outline):
        yield _("Cấu trúc khóa học: %(sentence)s", sentence=sentence)
    for step in said.outline:
        if step.key not in (pending.lessons if step.kind == "lesson" else pending.quizzes):
            yield _("Khóa học không có “%(key)s”. Anh/Chị bỏ bước này khỏi cấu trúc.", key=step.key)
    counting = {key for key, quiz in pending.quizzes.items() if quiz.counts and quiz.behaviour != "practice"}
    if said.outline and not is_completable(said.outline, counting):
        yield _("Khóa học chưa có bước nào bắt buộc nên không ai hoàn thành được. Anh/Chị để ít nhất một bài không phải tự chọn.")


def _unexplained(one: PendingLesson, said: LessonSource, around: Around) -> Iterator[Finding]:
    for place in _read(said.source, language()).places:
        check = around.checks.get(place.name)
        if check is not None and lacks_explanation(check.question):
            yield Finding(one, place.line, _("Câu tự kiểm tra “%(key)s” chưa có giải thích cho mọi phương án.", key=place.name))


def lacks_explanation(question: Mapping[str, Any]) -> bool:
    """Whether an option (or part) of a question, or a question without any, has an empty explanation."""
    parts = [part for name in ("options", "parts") for part in question.get(name) or () if isinstance(part, Mapping) and "why" in part]
    return any(not str(part["why"] or "").strip() for part in parts or [question] if "why" in part)


def _warnings(one: PendingLesson, said: LessonSource, around: Around) -> Iterator[Finding]:
    found = _read(said.source, language())
    told = [
        *_heavy(said, around),
        *_pale(found, around),
        *_silent(found, around),
        *_length(said, found),
        *_checked(found),
        *_legal(one, said, around),
    ]
    yield from (Finding(one, line, sentence, is_error=False) for line, sentence in told)


def _heavy(said: LessonSource, around: Around) -> Iterator[tuple[int, str]]:
    weight = lesson_weight(said.source, around.weights)
    if weight.pictures > HEAVIEST:
        told = {"n": weight.pictures // 1000, "most": HEAVIEST // 1000, "seconds": weight.seconds}
        yield 0, _("Các hình nặng %(n)s kB, nên dưới %(most)s kB: đường truyền 1 Mbit/s tải bài mất %(seconds)s giây.", **told)


def _pale(found: Markdown, around: Around) -> Iterator[tuple[int, str]]:
    for picture in found.pictures:
        contrast = around.files.get(picture.name, (0, None))[1]
        if contrast is not None and contrast < WEAKEST:
            told = {"name": picture.name, "ratio": decimal(contrast / 100, 1), "least": WEAKEST // 100}
            yield picture.line, _("Hình %(name)s quá mờ: độ tương phản %(ratio)s, nên từ %(least)s trở lên.", **told)


def _silent(found: Markdown, around: Around) -> Iterator[tuple[int, str]]:
    for recording in found.media:
        captions, transcript = companions(recording.name)
        if recording.name.endswith((".mp4", ".webm")) and captions not in around.files:
            yield recording.line, _("Video %(name)s chưa có phụ đề. Anh/Chị tải lên tệp %(wanted)s.", name=recording.name, wanted=captions)
        elif captions not in around.files and transcript not in around.files:
            yield recording.line, _("Bản ghi âm %(name)s chưa có lời viết. Anh/Chị tải lên tệp %(wanted)s.", name=recording.name, wanted=transcript)


def _length(said: LessonSource, found: Markdown) -> Iterator[tuple[int, str]]:
    least, most = -(-found.words // FASTEST), 2 * -(-found.words // SLOWEST) + 3
    if said.minutes < least:
        yield 0, _("Bài có %(words)s từ, đọc mất ít nhất %(n)s phút, nhưng ghi %(said)s phút.", words=found.words, n=least, said=said.minutes)
    elif said.minutes > most and not found.media:
        yield 0, _("Bài có %(words)s từ, học chừng %(n)s phút là xong, nhưng ghi %(said)s phút.", words=found.words, n=most, said=said.minutes)
    if not SHORTEST <= said.minutes <= LONGEST:
        yield 0, _("Một bài nên học trong %(least)s đến %(most)s phút; bài này ghi %(n)s phút.", least=SHORTEST, most=LONGEST, n=said.minutes)


def _checked(found: Markdown) -> Iterator[tuple[int, str]]:
    if not found.places:
        yield 0, _("Bài chưa có câu tự kiểm tra nào.")


def _legal(one: PendingLesson, said: LessonSource, around: Around) -> Iterator[tuple[int, str]]:
    written_at = one.lesson.draft_at if one.has_draft and one.lesson.draft_at else one.revision.published_at
    for change in changed_since(said, written_at, around.changes):
        yield 0, _("Căn cứ pháp lý “%(basis)s” đã được ghi nhận là thay đổi.", basis=change.basis)
    if said.reviewed_on is None:
        yield 0, _("Bài chưa ghi ngày rà soát nội dung.")
    elif is_review_old(said):
        yield 0, _("Nội dung được rà soát lần cuối đã quá một năm.")
