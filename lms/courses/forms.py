"""The form in which a trainer writes a lesson."""

from typing import Any

import wtforms
from wtforms import validators

from lms.base import Day, Form, Refused, at_most, required
from lms.base import gettext as _

from .archives import LONGEST_LESSON, is_dense
from .course_forms import named
from .folder import LessonSource
from .from_html import markdown_of_html
from .material import WrittenOption
from .teaching import TaughtLesson

MINUTES = "Anh/Chị nhập số phút, từ 1 đến 240."


class LessonForm(Form):
    """A lesson's text in Markdown, with its title, summary, minutes, legal basis and day of review.

    html: what the editor sends; it becomes the Markdown of `source`, and `left_out` says in sentences what could not be kept.
    """

    title_vi = wtforms.StringField("Tên bài", [named("Anh/Chị nhập tên bài."), at_most(200)])
    title_en = wtforms.StringField("Tên bài bằng tiếng Anh", [at_most(200)])
    summary_vi = wtforms.StringField("Tóm tắt một câu", [required("Anh/Chị nhập một câu tóm tắt."), at_most(500)])
    summary_en = wtforms.StringField("Tóm tắt bằng tiếng Anh", [at_most(500)])
    minutes = wtforms.IntegerField("Số phút học", [validators.NumberRange(1, 240, MINUTES)])
    legal_basis = wtforms.TextAreaField("Căn cứ pháp lý", [at_most(4000)], render_kw={"rows": 3})
    reviewed_on = Day("Ngày rà soát nội dung", [validators.Optional()])
    source = wtforms.TextAreaField(
        "Nội dung bài", [required("Anh/Chị nhập nội dung bài."), at_most(LONGEST_LESSON)], render_kw={"class": "source", "rows": 24}
    )
    version = wtforms.HiddenField()
    html = wtforms.HiddenField()
    left_out: tuple[str, ...] = ()
    refused_html = ""

    def validate_minutes(self, field: wtforms.Field) -> None:
        """One sentence of ours instead of the library's."""
        if field.data is None:
            field.errors = []
            raise validators.StopValidation(_("Anh/Chị nhập số phút, từ 1 đến 240."))

    @classmethod
    def of_lesson(cls, taught: TaughtLesson) -> Any:
        """The form filled from a POST, else from what the lesson says now."""
        said = taught.said
        form = cls.of_request(
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
        form.take_html()
        return form

    def take_html(self) -> None:
        """Let what the editor sent be the source."""
        if not self.html.data:
            return
        try:
            converted = markdown_of_html(self.html.data)
        except Refused as refused:
            self.refused_html = refused.sentence
        else:
            self.source.data, self.left_out = converted.source.strip(), tuple(converted.left_out)

    def validate_source(self, _field: wtforms.Field) -> None:
        """What the converter refused, and what would take too long to read."""
        if self.refused_html:
            raise validators.ValidationError(self.refused_html)
        if is_dense(self.source.data or ""):
            raise validators.ValidationError(_("Nội dung quá dài. Anh/Chị chia thành nhiều bài ngắn hơn."))

    @property
    def readable(self) -> str:
        """The source; empty when it is so long or dense that it should only be shown as it was typed."""
        source = self.source.data or ""
        return "" if len(source) > LONGEST_LESSON or is_dense(source) else source

    @property
    def seen(self) -> int:
        """The draft version that the form began with."""
        return version_of(self.version.data)

    def said(self, taught: TaughtLesson) -> LessonSource:
        """What was typed, with the tags of the lesson that the form does not show."""
        return LessonSource(
            title={"vi": self.title_vi.data, "en": self.title_en.data or ""},
            summary={"vi": self.summary_vi.data, "en": self.summary_en.data or ""},
            code=taught.said.code,
            minutes=self.minutes.data,
            standards=taught.said.standards,
            legal_basis=[line.strip() for line in (self.legal_basis.data or "").split("\n") if line.strip()],
            reviewed_on=self.reviewed_on.data,
            source=f"{self.source.data}\n",
        )


class SelfCheckForm(Form):
    """A question of one right answer that is written into a lesson: the stem, up to four options, and why each is right or not."""

    topic = wtforms.StringField("Chủ đề", [at_most(9)])
    stem = wtforms.TextAreaField("Câu hỏi", [required("Anh/Chị viết câu hỏi."), at_most(2000)])
    correct = wtforms.StringField("Phương án đúng", [at_most(2)])
    option_1, option_2, option_3, option_4 = (wtforms.StringField("Phương án", [at_most(500)]) for _n in range(4))
    why_1, why_2, why_3, why_4 = (wtforms.StringField("Giải thích", [at_most(1000)]) for _n in range(4))

    @property
    def topic_id(self) -> int | None:
        """The chosen topic; None: the first one of the bank."""
        return version_of(self.topic.data) if self.topic.data else None

    def written(self) -> list[WrittenOption]:
        """The options of which something was typed."""
        typed = [(str(n), self[f"option_{n}"].data or "", self[f"why_{n}"].data or "") for n in range(1, 5)]
        return [WrittenOption(text, why, n == self.correct.data) for n, text, why in typed if text or why]


def version_of(text: str | None) -> int:
    """A draft version as a form carries it; -1 (never current) when it is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else -1


def first_fault(form: Form) -> tuple[str, str]:
    """(sentence, name of the field) of the first fault of a form; empty when there is none."""
    named = [(str(errors[0]), name) for name, errors in form.errors.items() if name and errors]
    sentence, name = named[0] if named else (form.sentence, "")
    return (_(sentence) if sentence else "", name)
