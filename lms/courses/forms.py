"""The form in which a trainer writes a lesson."""

from typing import Any

import wtforms
from wtforms import validators

from lms.base import Day, Form, at_most, required
from lms.base import gettext as _

from .folder import LessonSource
from .teaching import TaughtLesson

MINUTES = "Anh/Chị nhập số phút, từ 1 đến 240."


class LessonForm(Form):
    """A lesson's text in Markdown, with its title, summary, minutes, legal basis and day of review."""

    title_vi = wtforms.StringField("Tên bài", [required("Anh/Chị nhập tên bài."), at_most(200)])
    title_en = wtforms.StringField("Tên bài bằng tiếng Anh", [required("Anh/Chị nhập tên bài bằng tiếng Anh."), at_most(200)])
    summary_vi = wtforms.StringField("Tóm tắt một câu", [required("Anh/Chị nhập một câu tóm tắt."), at_most(500)])
    summary_en = wtforms.StringField("Tóm tắt bằng tiếng Anh", [required("Anh/Chị nhập một câu tóm tắt bằng tiếng Anh."), at_most(500)])
    minutes = wtforms.IntegerField("Số phút học", [validators.NumberRange(1, 240, MINUTES)])
    legal_basis = wtforms.TextAreaField("Căn cứ pháp lý", [at_most(4000)], render_kw={"rows": 3})
    reviewed_on = Day("Ngày rà soát nội dung", [validators.Optional()])
    source = wtforms.TextAreaField(
        "Nội dung bài", [required("Anh/Chị nhập nội dung bài."), at_most(100_000)], render_kw={"class": "source", "rows": 24}
    )
    version = wtforms.HiddenField()

    def validate_minutes(self, field: wtforms.Field) -> None:
        """One sentence of ours instead of the library's."""
        if field.data is None:
            field.errors = []
            raise validators.StopValidation(_("Anh/Chị nhập số phút, từ 1 đến 240."))

    @classmethod
    def of_lesson(cls, taught: TaughtLesson) -> Any:
        """The form filled from a POST, else from what the lesson says now."""
        said = taught.said
        return cls.of_request(
            title_vi=said.title.get("vi", ""),
            title_en=said.title.get("en", ""),
            summary_vi=said.summary.get("vi", ""),
            summary_en=said.summary.get("en", ""),
            minutes=said.minutes,
            legal_basis="\n".join(said.legal_basis),
            reviewed_on=said.reviewed_on,
            source=said.source.rstrip("\n"),
            version=str(taught.lesson.draft_version),
        )

    @property
    def seen(self) -> int:
        """The draft version that the form began with."""
        return version_of(self.version.data)

    def said(self, taught: TaughtLesson) -> LessonSource:
        """What was typed, with the tags of the lesson that the form does not show."""
        return LessonSource(
            title={"vi": self.title_vi.data, "en": self.title_en.data},
            summary={"vi": self.summary_vi.data, "en": self.summary_en.data},
            code=taught.said.code,
            minutes=self.minutes.data,
            standards=taught.said.standards,
            legal_basis=[line.strip() for line in (self.legal_basis.data or "").split("\n") if line.strip()],
            reviewed_on=self.reviewed_on.data,
            source=f"{self.source.data}\n",
        )


def version_of(text: str | None) -> int:
    """A draft version as a form carries it; -1 (never current) when it is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else -1
