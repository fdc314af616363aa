"""Courses made of lessons, quizzes and exercises: writing, revisions, media, import and export of course folders."""

from .actions import DraftConflict, add_trainer
from .exporting import export_folder
from .folder import Problem
from .handouts import Handout, found_in_course, handout_of
from .loading import FolderRefused, check_folders, load_folders
from .models import (
    Course,
    CourseFile,
    CourseOffer,
    CourseReview,
    CourseRevision,
    CourseStep,
    CourseTrainer,
    LegalChange,
    Lesson,
    LessonFile,
    LessonPresence,
    LessonRevision,
)
from .publishing import publish_course
from .queries import (
    LessonText,
    Step,
    course_by_key,
    course_catalogue,
    course_for,
    current_revision_id,
    lesson_text,
    offered_to,
    steps_of,
    text_of,
)
from .reading import Heading
from .rendering import render_lesson
from .teaching import taught_course, teaches

__all__ = [
    "Course",
    "CourseFile",
    "CourseOffer",
    "CourseReview",
    "CourseRevision",
    "CourseStep",
    "CourseTrainer",
    "DraftConflict",
    "FolderRefused",
    "Handout",
    "Heading",
    "LegalChange",
    "Lesson",
    "LessonFile",
    "LessonPresence",
    "LessonRevision",
    "LessonText",
    "Problem",
    "Step",
    "add_trainer",
    "check_folders",
    "course_by_key",
    "course_catalogue",
    "course_for",
    "current_revision_id",
    "export_folder",
    "found_in_course",
    "handout_of",
    "lesson_text",
    "load_folders",
    "offered_to",
    "publish_course",
    "render_lesson",
    "steps_of",
    "taught_course",
    "teaches",
    "text_of",
]
