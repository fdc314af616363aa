"""Courses made of lessons, quizzes and exercises: writing, revisions, media, import and export of course folders."""

from .actions import DraftConflict, add_trainer
from .exporting import export_folder
from .folder import Problem
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
from .queries import LessonText, Step, course_by_key, course_catalogue, course_for, current_revision_id, lesson_text, steps_of
from .rendering import render_lesson

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
    "lesson_text",
    "load_folders",
    "publish_course",
    "render_lesson",
    "steps_of",
]
