"""A course as a folder: reading it into plain data with `file:line: sentence` problems, and writing it again."""

from .checks import check_course
from .course import CourseFolder, Quiz, find_folders, read_folder
from .course_text import CourseSource, OutlineStep, is_completable, moved, outline_faults, read_course, write_course
from .lesson import FolderLesson, LessonSource, read_lesson, write_lesson
from .markdown import PLACE, Markdown, Reference, companions, lines_outside_code, read_markdown
from .parts import Parts, files_named, in_both_languages, parts_of_folder
from .snapshot import Problem, Snapshot, take_snapshot
from .writing import folder_texts, write_folder

__all__ = [
    "PLACE",
    "CourseFolder",
    "CourseSource",
    "FolderLesson",
    "LessonSource",
    "Markdown",
    "OutlineStep",
    "Parts",
    "Problem",
    "Quiz",
    "Reference",
    "Snapshot",
    "check_course",
    "companions",
    "files_named",
    "find_folders",
    "folder_texts",
    "in_both_languages",
    "is_completable",
    "lines_outside_code",
    "moved",
    "outline_faults",
    "parts_of_folder",
    "read_course",
    "read_folder",
    "read_lesson",
    "read_markdown",
    "take_snapshot",
    "write_course",
    "write_folder",
    "write_lesson",
]
