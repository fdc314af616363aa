"""What loading course folders would change, told line by line; nothing is written."""

from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa

from lms.base import db
from lms.quizzes import whole_bank

from .comparing import CHANGED, CONFLICT, NEW, ONLY_HERE, SAME, Item, compare
from .exporting import published_parts
from .folder import CourseFolder, Parts, find_folders, parts_of_folder, take_snapshot
from .loading import FolderRefused, check_folders, checked_folder
from .models import Course
from .taking_in import edited_here

CALLED = {"course": "khóa học (course.yml)", "topics": "chủ đề", "lesson": "bài", "question": "câu hỏi", "quiz": "bài kiểm tra"}
SAID = {NEW: "mới", CHANGED: "đổi", CONFLICT: "giữ nguyên, đã sửa trên hệ thống; thư mục có bản khác", ONLY_HERE: "không còn trong thư mục"}


def differences(path: Path) -> list[str]:
    """Lines for an operator: what each course folder at `path` would change when it is loaded, with its differences. Writes nothing.

    FolderRefused when a folder has problems.
    """
    folders = [checked_folder(take_snapshot(one)) for one in find_folders(path)]
    problems = [problem for folder in folders for problem in folder.problems] if folders else check_folders(path)
    if problems:
        raise FolderRefused(problems)
    return [line for folder in folders for line in _of_folder(folder)]


def _of_folder(folder: CourseFolder) -> list[str]:
    course = db.session.scalar(sa.select(Course).where(Course.key == folder.key))
    if course is None:
        lessons, questions = len(folder.lessons), len(folder.questions)
        return [f"{folder.key}: khóa học mới. Bài học: {lessons}; câu hỏi: {questions}; bài kiểm tra: {len(folder.quizzes)}."]
    if not course.revision_number:
        return [f"{folder.key}: đang được soạn trên hệ thống và chưa công bố, giữ nguyên; không nạp thư mục."]
    edited = edited_here(course)
    found = compare(_ours(course), parts_of_folder(folder), edited)
    shown = [item for item in found if item.state != SAME and not (item.state == ONLY_HERE and item.key in edited.questions)]
    return [line for item in shown for line in _told(folder.key, item)] or [f"{folder.key}: không có gì thay đổi."]


def _ours(course: Course) -> Parts:
    """What is published, with the questions that are out of use: a folder that has them puts them back."""
    parts, bank = published_parts(course), whole_bank(course.bank_id)
    retired = {key: raw for key, raw in bank.questions.items() if key in bank.retired}
    return replace(parts, questions={**parts.questions, **retired})


def _told(course: str, item: Item) -> list[str]:
    name = f"{course}: {CALLED[item.kind]}{f' {item.key}' if item.key else ''}"
    said = "sẽ ngừng dùng" if item.kind == "question" and item.state == ONLY_HERE else SAID[item.state]
    if item.kind == "topics":
        said = SAID[CHANGED]
    is_both = item.state in (CHANGED, CONFLICT)
    return [f"{name}: {said}", *(f"    {line}" for line in item.diff() if is_both)]
