"""What must hold between the parts of a course folder."""

import re
from collections.abc import Iterable

from lms.base import Refused, Tell, picture_size, without_lines
from lms.quizzes import KINDS, check_blueprint, check_question, check_topics, picture_faults, rule_faults

from ..file_kinds import HEAVIEST, ending_of, prepare_file
from .course import LESSON_KEY, CourseFolder, Placed
from .course_text import is_completable, outline_faults
from .lesson import FolderLesson
from .snapshot import PICTURES

HEAVIEST_PICTURE = 60_000
HEAVIEST_LESSON = 150_000
SAME_KIND = (("jpg", "jpeg"), ("mp4", "m4a"))
FORMATS = {"png": "PNG", "jpg": "JPEG", "jpeg": "JPEG", "gif": "GIF", "webp": "WEBP"}


def check_course(folder: CourseFolder) -> None:
    """Tell every reference that leads nowhere, every key used twice, every weight that is too heavy."""
    if "course.yml" not in folder.snapshot.contents:
        return
    _keys(folder)
    _outline(folder)
    for lesson in folder.lessons.values():
        _lesson(folder, lesson)
    _files(folder)
    for question in folder.questions:
        folder.snapshot.refuse_late()
        _question(folder, question)
    _quizzes(folder)


def _doubled(folder: CourseFolder, what: str, placed: Iterable[Placed]) -> None:
    seen: dict[str, Placed] = {}
    for one in placed:
        first = seen.setdefault(one.key, one)
        if first is not one and one.key:
            folder.snapshot.tell(one.name, one.line, f"{what} “{one.key}” đã có ở {first.name}:{first.line}.")


def _keys(folder: CourseFolder) -> None:
    _doubled(folder, "chủ đề", folder.topics)
    for place, sentence in check_topics([topic.value for topic in folder.topics]):
        folder.snapshot.tell("course.yml", folder.topics[place].line, sentence)
    _doubled(folder, "câu hỏi", folder.questions)


def _outline(folder: CourseFolder) -> None:
    outline = folder.said.outline if folder.said else []
    for line, sentence in outline_faults(outline):
        folder.snapshot.tell("course.yml", line, sentence)
    known = {"lesson": set(folder.lessons), "quiz": set(folder.quizzes)}
    part = {"lesson": "lessons/{}.md", "quiz": "quizzes/{}.yml"}
    for step in outline:
        if step.key not in known[step.kind]:
            folder.snapshot.tell("course.yml", step.line, f"không có tệp {part[step.kind].format(step.key)}.")
    counting = {key for key, quiz in folder.quizzes.items() if quiz.values["counts"] and quiz.values.get("behaviour") != "practice"}
    if outline and not is_completable(outline, counting):
        folder.snapshot.tell("course.yml", 1, "không có bước nào bắt buộc nên không ai hoàn thành được khóa học.")
    used = {(step.kind, step.key) for step in outline}
    for kind, keys in known.items():
        for key in sorted(keys):
            if (kind, key) not in used:
                folder.snapshot.tell(part[kind].format(key), 1, "chưa có trong “outline” của course.yml.")
    if folder.said and folder.key in folder.said.prerequisites:
        folder.snapshot.tell("course.yml", 1, "khóa học không thể đòi hoàn thành chính nó trước.")


def _lesson(folder: CourseFolder, lesson: FolderLesson) -> None:
    tell = folder.tell(lesson.name)
    if not re.fullmatch(LESSON_KEY, lesson.key):
        tell(1, "tên tệp bài học có dạng 01-ten-bai.md.")
    questions = {question.key: question for question in folder.questions}
    for place in lesson.markdown.places:
        question = questions.get(place.name)
        if question is None:
            tell(place.line, f"không có câu hỏi “{place.name}”.")
        elif question.value.get("use") != "self-check":
            tell(place.line, f"câu hỏi “{place.name}” không phải là câu tự kiểm tra (use: self-check).")
    _references(folder, lesson)
    _pictures(folder, lesson)


def _references(folder: CourseFolder, lesson: FolderLesson) -> None:
    tell, found = folder.tell(lesson.name), lesson.markdown
    terms = [term["key"] for term in folder.said.glossary] if folder.said else []
    told = [(one, f"không có bài “{one.name[:60]}”.") for one in found.lessons if one.name not in folder.lessons]
    told += [(one, f"không có tệp files/{one.name[:80]}.") for one in found.files if one.name not in folder.files]
    told += [(one, f"bảng thuật ngữ (glossary của course.yml) không có “{one.name[:60]}”.") for one in found.terms if one.name not in terms]
    for one, sentence in told:
        tell(one.line, sentence)


def _pictures(folder: CourseFolder, lesson: FolderLesson) -> None:
    tell = folder.tell(lesson.name)
    shown = {picture.name for picture in lesson.markdown.pictures}
    weight = sum(len(content) for name, content in folder.files.items() if name in shown)
    if weight > HEAVIEST_LESSON:
        tell(1, f"các hình của bài nặng {weight // 1000} kB, tối đa {HEAVIEST_LESSON // 1000} kB.")


def _files(folder: CourseFolder) -> None:
    in_lessons = {name for lesson in folder.lessons.values() for name in folder.shown_by(lesson)}
    in_questions = {name for question in folder.questions for name in _shown_by(question)}
    for name, content in folder.files.items():
        tell = folder.tell(f"files/{name}")
        if name not in in_lessons | in_questions:
            tell(1, "không bài nào và không câu hỏi nào dùng tệp này.")
        if not name.endswith(PICTURES):
            if fault := _fault_of(name, content):
                tell(1, fault)
        elif name not in in_questions - in_lessons:
            _picture(tell, name, content)


def _picture(tell: Tell, name: str, content: bytes) -> None:
    kind = FORMATS[ending_of(name)]
    if picture_size(content, [kind]) is None:
        tell(1, f"không phải hình {kind} đọc được (mỗi cạnh tối đa 4000 điểm).")
    if len(content) > HEAVIEST_PICTURE:
        tell(1, f"hình nặng {len(content) // 1000} kB, tối đa {HEAVIEST_PICTURE // 1000} kB.")


def _fault_of(name: str, content: bytes) -> str:
    """Why a file that is no picture is not what its name says; empty when it is."""
    ending = ending_of(name)
    try:
        found = prepare_file(name, content[:HEAVIEST]).ending
    except Refused as refused:
        return refused.sentence
    return "" if found == ending or {found, ending} in map(set, SAME_KIND) else f"nội dung là tệp .{found}, không phải .{ending}."


def _shown_by(question: Placed) -> list[str]:
    raw = without_lines(question.value)
    return KINDS[raw["kind"]].pictures(raw) if isinstance(raw.get("kind"), str) and raw["kind"] in KINDS else []


def _question(folder: CourseFolder, question: Placed) -> None:
    fields = question.value
    tell = folder.tell(question.name)
    raw = without_lines(fields)
    for sentence in check_question(raw) or picture_faults(raw, folder.files):
        tell(question.line, f"câu {question.key or '(chưa có mã)'}: {sentence}")
    topic, lesson = fields.get("topic"), fields.get("lesson")
    if isinstance(topic, str) and topic not in {one.key for one in folder.topics}:
        tell(fields.line_of("topic"), f"chủ đề “{topic[:60]}” không có trong course.yml.")
    if isinstance(lesson, str) and lesson not in folder.lessons:
        tell(fields.line_of("lesson"), f"không có bài “{lesson[:60]}”.")


def _quizzes(folder: CourseFolder) -> None:
    written = [without_lines(question.value) for question in folder.questions]
    questions = [question for question in written if not check_question(question)]
    topics = [topic.value for topic in folder.topics]
    for quiz in folder.quizzes.values():
        tell = folder.tell(quiz.name)
        for entry, sentence in rule_faults(quiz.values):
            tell(quiz.lines.get(entry, 1), sentence)
        for sentence in check_blueprint(quiz.values["blueprint"], questions, topics, quiz.values.get("behaviour", "deferred")):
            tell(quiz.line, sentence)
